// The port: where a cluster's objects come from. `live` is the Kubernetes API; tests bring one in memory.

import type { Manifest } from '../manifest.ts';

/** One resource of discovery. */
export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly singular?: string;
  readonly shortNames?: readonly string[];
}

/** `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: Pick<ResourceType, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** `v1/Pod`, `apps/v1/Deployment`: how coverage names a kind. */
export const kindName = (type: Pick<ResourceType, 'group' | 'version' | 'kind'>): string =>
  `${apiVersionOf(type)}/${type.kind}`;

export interface Discovered {
  readonly types: readonly ResourceType[];
  /** Groups that did not answer: nothing may be concluded about their kinds. */
  readonly failed: readonly { readonly group: string; readonly reason: string }[];
}

export interface ListOptions {
  /** Undefined = all. */
  readonly namespace?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly signal?: AbortSignal;
}

export interface ListPage {
  /** With apiVersion and kind, which LIST itself leaves out. */
  readonly items: readonly Manifest[];
  /** Of the whole list, the same on every page. */
  readonly resourceVersion: string;
  readonly continue?: string;
}

export interface WatchOptions {
  readonly namespace?: string;
  /** After this version; `0`: begin with everything there is, as ADDED. */
  readonly resourceVersion: string;
  readonly bookmarks?: boolean;
  readonly timeoutSeconds?: number;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly signal?: AbortSignal;
}

export type WatchEvent =
  /** The server has taken the watch: from here on silence means that nothing happens. */
  | { readonly type: 'OPEN' }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Manifest }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface LogOptions {
  readonly container?: string;
  readonly previous?: boolean;
  /** Lines. */
  readonly tail?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
  readonly signal?: AbortSignal;
}

export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly server: string;
  readonly namespace?: string;
}

export interface ServerVersion {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}

export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export interface RemoveOptions {
  /** Only this very object: throws `Conflict` when another has its name. */
  readonly uid?: string;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
}

/** Errors are those of `errors.ts`; a thing that is not there is undefined. */
/** What a command printed, and whether it ended with 0. */
export interface ExecAnswer {
  readonly isDone: boolean;
  readonly out: string;
  readonly err: string;
}

export interface LiveSource {
  /** The context in use. */
  context(): Promise<KubeContext>;
  version(): Promise<ServerVersion>;
  /** Tells clusters apart, and a cluster from its rebuilt self. Undefined when it may not be read. */
  kubeSystemUid(): Promise<string | undefined>;
  /** Every resource of every group, preferred version first where several serve it. */
  resources(): Promise<Discovered>;
  list(type: ResourceType, options?: ListOptions): Promise<ListPage>;
  /** Ends when the server ends it; throws `Gone` when the version is compacted. */
  watch(type: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent>;
  get(type: ResourceType, namespace: string | undefined, name: string): Promise<Manifest | undefined>;
  create(type: ResourceType, object: Manifest): Promise<Manifest>;
  /** A question put as an object (`TokenReview`, `SubjectAccessReview`): answers its `status`. */
  review(type: ResourceType, spec: unknown): Promise<unknown>;
  /** PUT: throws `Conflict` when `metadata.resourceVersion` is not the newest. */
  replace(type: ResourceType, object: Manifest): Promise<Manifest>;
  /**
   * Server-side apply as field manager `mosaic`. Throws `Conflict` when somebody else set one of the fields, unless `force` takes it over.
   * `dryRun`: what it would become, admission included; nothing is kept.
   */
  apply(type: ResourceType, object: Manifest, options?: ApplyOptions): Promise<Manifest>;
  patch(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
    patch: unknown,
    how?: 'merge' | 'json' | 'strategic',
  ): Promise<Manifest>;
  remove(type: ResourceType, namespace: string | undefined, name: string, options?: RemoveOptions): Promise<void>;
  /** Lines without their ends. */
  podLogs(namespace: string, pod: string, options?: LogOptions): AsyncIterable<string>;
  /** What a pod answers to GET on one of its ports, through the API server (`pods/proxy`). For short answers. */
  podAnswer(namespace: string, pod: string, port: number, path: string): Promise<string>;
  /** Runs a command in a pod's container to its end (`pods/exec`); for short output. Throws when it may not begin. */
  podExec(namespace: string, pod: string, container: string, command: readonly string[]): Promise<ExecAnswer>;
  close(): void;
}
