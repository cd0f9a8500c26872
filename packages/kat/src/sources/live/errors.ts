// What an API server can refuse, by what the caller can do about it.

export class KubeError extends Error {
  override readonly name: string = 'KubeError';
  /** HTTP; 0 when there was no answer. */
  readonly status: number;
  /** Of the Status object: `NotFound`, `Invalid`, … */
  readonly reason: string;
  constructor(message: string, status: number, reason: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.reason = reason;
  }
}

/** 410: the resourceVersion is compacted. List again. */
export class Gone extends KubeError {
  override readonly name = 'Gone';
}

/** 401: the credentials are not accepted. */
export class Unauthorized extends KubeError {
  override readonly name = 'Unauthorized';
}

/** 409: somebody else was first. */
export class Conflict extends KubeError {
  override readonly name = 'Conflict';
}

/** 429, 503 with Retry-After: not now. */
export class TooMany extends KubeError {
  override readonly name = 'TooMany';
  readonly retryAfterMs: number;
  constructor(message: string, status: number, reason: string, retryAfterMs: number) {
    super(message, status, reason);
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer: refused, reset, timed out, name not found, certificate not trusted. */
export class Unreachable extends KubeError {
  override readonly name = 'Unreachable';
}

/** An answer or a watched object over the bound that this client keeps. */
export class TooLarge extends KubeError {
  override readonly name = 'TooLarge';
}

/** A rule that a Role or ClusterRole would need. */
export interface AccessRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** 403: names the verb and resource, and the rule that would grant it. */
export class Forbidden extends KubeError {
  override readonly name = 'Forbidden';
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly rule: AccessRule;
  constructor(asked: Asked, detail: string) {
    const { verb, group, resource, namespace } = asked;
    const where = namespace === undefined ? 'cluster-wide' : `in namespace ${namespace}`;
    const full = group === '' ? resource : `${resource}.${group}`;
    const rule = { apiGroups: [group], resources: [resource], verbs: [verb] };
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    super(
      `may not ${verb} ${full} ${where}; a ${kind} with ${JSON.stringify(rule)} would grant it (${detail})`,
      403,
      'Forbidden',
    );
    this.verb = verb;
    this.resource = full;
    this.namespace = namespace;
    this.rule = rule;
  }
}

export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
}

interface Status {
  readonly message?: unknown;
  readonly reason?: unknown;
}

/** The error that an answer or a watch's ERROR event stands for. */
export function errorOf(status: number, body: Status, asked: Asked, retryAfter?: string): KubeError {
  const message = typeof body.message === 'string' ? body.message : `HTTP ${status}`;
  const reason = typeof body.reason === 'string' ? body.reason : '';
  if (status === 401) return new Unauthorized(message, status, reason);
  if (status === 403) return new Forbidden(asked, message);
  if (status === 409) return new Conflict(message, status, reason);
  if (status === 410) return new Gone(message, status, reason);
  if (status === 429 || (status >= 500 && retryAfter !== undefined)) {
    return new TooMany(message, status, reason, secondsOf(retryAfter) * 1000);
  }
  return new KubeError(message, status, reason);
}

const DEFAULT_RETRY_S = 1;
const MOST_RETRY_S = 300;
function secondsOf(retryAfter: string | undefined): number {
  const seconds = Number(retryAfter);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, MOST_RETRY_S) : DEFAULT_RETRY_S;
}
