// What the Kubernetes HTTP face needs of whoever holds the objects: the playground's living cluster, later the store about a past moment.

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
  }[];
  readonly managedFields?: readonly unknown[];
  readonly generateName?: string;
}

/** Any Kubernetes object as JSON. Immutable: a write makes a new one. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** One resource of discovery. */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly ('get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection')[];
  readonly subresources: readonly (
    | 'status'
    | 'scale'
    | 'log'
    | 'eviction'
    | 'exec'
    | 'attach'
    | 'portforward'
    | 'proxy'
  )[];
  /** OpenAPI v3 schema of the object, when there is one (CRDs). */
  readonly schema?: unknown;
  /** Paths that field selectors may name beside name and namespace: `.spec.color` (CRDs). */
  readonly selectableFields?: readonly string[];
  readonly printerColumns?: readonly {
    readonly name: string;
    readonly type: string;
    readonly jsonPath: string;
    readonly priority?: number;
  }[];
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** Its previous version: selectors turn a MODIFIED that leaves them into DELETED. */
  readonly before?: KubeObject;
}

/** A snapshot's items in the order of `namespace/name` (`byPlace`). `resourceVersion`: of the snapshot. */
export interface Listing {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** How many come behind `items`: from a source that gave only the part it was asked for. */
  readonly remaining?: number;
  /** Instead of items: what `textOf` of the part made of each, and the place of the last. */
  readonly written?: {
    readonly texts: readonly string[];
    readonly last: { readonly namespace: string; readonly name: string };
  };
}

/** The page of a listing that will be shown. A source whose objects cost something may give only these. */
export interface Part {
  /** Behind this place in the order of a listing; from the beginning when absent. */
  readonly after?: { readonly namespace: string; readonly name: string };
  readonly limit: number;
  /** What will be answered of an object. A source that reads one after the other may give `written` instead of items, and so hold none of them longer than it must. */
  readonly textOf?: (object: KubeObject) => string;
}

export interface LogQuery {
  readonly container?: string;
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly timestamps?: boolean;
  readonly follow?: boolean;
  readonly limitBytes?: number;
}

export interface Usage {
  readonly cpuNanocores: number;
  /** Working set. */
  readonly memoryBytes: number;
}

/** When: the window ends at `at` (epoch ms). */
export interface Measured {
  readonly at: number;
  readonly windowMs: number;
}

export interface PodUsage extends Measured {
  readonly containers: readonly (Usage & { readonly name: string })[];
}

export interface NodeUsage extends Measured, Usage {}

/** What was measured at the source's instant, one reading per object and in their order; `undefined` where there is none. */
export interface UsageReader {
  pods(pods: readonly KubeObject[]): readonly (PodUsage | undefined)[] | Promise<readonly (PodUsage | undefined)[]>;
  nodes(nodes: readonly KubeObject[]): readonly (NodeUsage | undefined)[] | Promise<readonly (NodeUsage | undefined)[]>;
}

export interface ObjectSource {
  /** For AGE and conditions: now, or the moment asked about. Epoch ms. */
  now(): number;
  version(): { readonly major: string; readonly minor: string; readonly gitVersion: string };
  /** Every kind served, CRDs included; may change while running. */
  kinds(): readonly ResourceKind[];
  get(kind: ResourceKind, namespace: string, name: string): KubeObject | undefined | Promise<KubeObject | undefined>;
  /** The whole of a kind (namespace undefined = all) as of `resourceVersion`, or now; or, with `remaining`, the part. Throws `Gone` when it is compacted. */
  list(
    kind: ResourceKind,
    namespace: string | undefined,
    resourceVersion?: string,
    part?: Part,
  ): Listing | Promise<Listing>;
  /**
   * Changes after `resourceVersion`, in order, until the signal. Throws `Gone` when it is older than the window. `currentVersion` is for bookmarks.
   * A replay returns a promise: when it resolves the watch ends, when it rejects its reader is told why; it waits for `taken` before it tells more.
   */
  watch?(
    kind: ResourceKind,
    namespace: string | undefined,
    resourceVersion: string,
    onEvent: (event: WatchEvent) => void,
    signal: AbortSignal,
    /** Resolves when the reader has taken what it was told so far, or has gone. */
    taken: () => Promise<void>,
  ): void | Promise<void>;
  currentVersion(): string;
  /** Absent on a read-only source: writes then answer 405. The face has validated, patched and merged; this stores it (or only checks, when dryRun). */
  write?: {
    create(kind: ResourceKind, object: KubeObject, options: WriteOptions): KubeObject;
    /** Throws `Conflict` when `expectVersion` is given and is not the current one. */
    update(
      kind: ResourceKind,
      object: KubeObject,
      options: WriteOptions & { readonly expectVersion?: string; readonly subresource?: 'status' | 'scale' },
    ): KubeObject;
    remove(
      kind: ResourceKind,
      namespace: string,
      name: string,
      options: WriteOptions & { readonly gracePeriodSeconds?: number; readonly propagationPolicy?: string },
    ): KubeObject;
  };
  /** Lines of a container; async iterable so that `follow` streams. Throws `NotFound` / `BadRequest`. */
  logs?(namespace: string, pod: string, query: LogQuery, signal: AbortSignal): AsyncIterable<string>;
  /** Whether `user` may; the face answers 403 with the usual Status otherwise. Absent = everything is allowed. */
  mayDo?(
    user: string,
    verb: string,
    kind: ResourceKind,
    namespace: string | undefined,
    name: string | undefined,
  ): boolean;
  /** Texts of `Warning` headers on reads, when something must be said of this moment. Asked after the objects were read. */
  warning?(): string | readonly string[] | undefined;
  /** What containers and nodes used, for `kubectl top`. Absent = there is no metrics API, as in a cluster without metrics-server. */
  readonly usage?: UsageReader;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly user: string;
  readonly fieldManager: string;
}

/** Answered as a Kubernetes Status with this code and reason. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}
export const gone = (message: string): StatusError => new StatusError(410, 'Expired', message);
export const conflict = (message: string): StatusError => new StatusError(409, 'Conflict', message);
export const alreadyExists = (message: string): StatusError => new StatusError(409, 'AlreadyExists', message);
export const notFound = (message: string, details?: Readonly<Record<string, unknown>>): StatusError =>
  new StatusError(404, 'NotFound', message, details);
export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);
export const invalid = (message: string): StatusError => new StatusError(422, 'Invalid', message);
