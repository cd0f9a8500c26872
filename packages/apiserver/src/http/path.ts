// Where a path points: Kubernetes' own grammar of /api and /apis.
import { badRequest } from '../port.ts';

export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** The parts of a path, decoded; throws 400 for escapes that are none. */
export function segmentsOf(path: string): readonly string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    throw badRequest('the path of the request is not a valid URL path');
  }
}

/** `undefined` for what is not a resource: discovery, or nothing at all. */
export function resourcePath(segments: readonly string[]): ResourcePath | undefined {
  const isCore = segments[0] === 'api';
  if (!isCore && segments[0] !== 'apis') return undefined;
  const group = isCore ? '' : (segments[1] ?? '');
  const [version, ...rest] = segments.slice(isCore ? 1 : 2);
  if (version === undefined || rest.length === 0) return undefined;
  const place = isInNamespace(rest) ? { namespace: rest[1], rest: rest.slice(2) } : { namespace: undefined, rest };
  const [resource = '', name, subresource, ...tooMuch] = place.rest;
  if (tooMuch.length > 0 && subresource !== 'proxy') return undefined;
  return { group, version, resource, namespace: place.namespace, name, subresource };
}

const isInNamespace = ([first, , third]: readonly string[]): boolean =>
  first === 'namespaces' && third !== undefined && !NAMESPACE_SUBRESOURCES.has(third);
