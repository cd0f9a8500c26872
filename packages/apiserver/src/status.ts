// Errors as a Kubernetes Status, in the words its clients know.
import { type ResourceKind, StatusError } from './port.ts';

export interface Cause {
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueNotSupported' | 'FieldValueForbidden';
  readonly message: string;
  readonly field: string;
}

/** `deployments.apps`, `pods`: how Kubernetes names a resource in a sentence. */
export const qualified = (kind: ResourceKind): string =>
  kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`;

const detailsOf = (kind: ResourceKind, name: string | undefined) => ({
  ...(name === undefined ? {} : { name }),
  ...(kind.group === '' ? {} : { group: kind.group }),
  kind: kind.resource,
});

export const noSuchPath = (): StatusError =>
  new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});

export const noSuchObject = (kind: ResourceKind, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${qualified(kind)} "${name}" not found`, detailsOf(kind, name));

export const alreadyThere = (kind: ResourceKind, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${qualified(kind)} "${name}" already exists`, detailsOf(kind, name));

export const conflicting = (kind: ResourceKind, name: string, why: string): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`,
    detailsOf(kind, name),
  );

export const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(
  user: string,
  verb: string,
  kind: ResourceKind,
  namespace: string | undefined,
  name: string | undefined,
  subresource?: string,
): StatusError {
  const subject = `${qualified(kind)}${name === undefined ? '' : ` "${name}"`} is forbidden`;
  const resource = subresource === undefined ? kind.resource : `${kind.resource}/${subresource}`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return new StatusError(
    403,
    'Forbidden',
    `${subject}: User "${user}" cannot ${verb} resource "${resource}" in API group "${kind.group}" ${scope}`,
    detailsOf(kind, name),
  );
}

/** 422 with a cause for each field that is wrong. */
export function invalidObject(kind: ResourceKind, name: string, causes: readonly Cause[]): StatusError {
  const sentences = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const [only] = sentences;
  const all = sentences.length === 1 ? only : `[${sentences.join(', ')}]`;
  return new StatusError(
    422,
    'Invalid',
    `${kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`} "${name}" is invalid: ${all}`,
    { ...detailsOf(kind, name), kind: kind.kind, causes },
  );
}

export const methodNotAllowed = (message = 'the server does not allow this method on the requested resource') =>
  new StatusError(405, 'MethodNotAllowed', message, {});
export const notAcceptable = (types: string): StatusError =>
  new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${types}`);
export const unsupportedType = (types: string): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${types}`,
  );
export const tooLarge = (bytes: number): StatusError =>
  new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${bytes}`);
export const tooMany = (message: string): StatusError =>
  new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 1 });

export interface Said {
  readonly code: number;
  readonly body: object;
  /** For the header of that name: clients wait so long and try again by themselves. */
  readonly retryAfterSeconds?: number;
}

/** What is sent: every failure, expected or not, has this shape. */
export function statusOf(error: unknown): Said {
  const known = error instanceof StatusError ? error : surprise(error);
  const { code, reason, message, details } = known;
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  };
  const wait = details?.retryAfterSeconds;
  return { code, body, ...(typeof wait === 'number' && wait > 0 ? { retryAfterSeconds: wait } : {}) };
}

const surprise = (error: unknown): StatusError =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : error}`);
