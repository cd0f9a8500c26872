// Content negotiation: which shape of answer a client asked for, the first it names that we speak.
import { notAcceptable } from '../status.ts';

export type Shape = 'object' | 'table' | 'metadata';

export interface Wanted {
  readonly shape: Shape;
  readonly yaml: boolean;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const MOST_RANGES = 32;

/** `a/b;as=Table;v=v1, c/d` in the client's order (Kubernetes ignores q, and so do we). */
export function mediaRanges(accept: string | undefined): readonly MediaRange[] {
  const written = accept === undefined || accept.trim() === '' ? '*/*' : accept;
  return written.split(',').slice(0, MOST_RANGES).map(mediaRange);
}

function mediaRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const pairs = rest.map((part): [string, string] => {
    const [name = '', value = ''] = part.split('=');
    return [name.trim().toLowerCase(), value.trim()];
  });
  return { type: type.toLowerCase(), parameters: new Map(pairs) };
}

const JSON_TYPES = new Set(['*/*', 'application/*', 'application/json']);

/** Throws 406 when the client takes nothing we make. */
export function wanted(accept: string | undefined): Wanted {
  for (const { type, parameters } of mediaRanges(accept)) {
    const yaml = type === 'application/yaml';
    if (!yaml && !JSON_TYPES.has(type)) continue;
    const shape = shapeOf(parameters.get('as'), parameters.get('v'));
    if (shape !== undefined) return { shape, yaml };
  }
  throw notAcceptable('application/json, application/yaml');
}

function shapeOf(as: string | undefined, version: string | undefined): Shape | undefined {
  if (as === undefined) return 'object';
  if (version !== 'v1') return undefined;
  if (as === 'Table') return 'table';
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? 'metadata' : undefined;
}

/** The version of aggregated discovery the client prefers to the plain documents, if any. */
export function aggregatedVersion(accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  for (const { type, parameters } of mediaRanges(accept)) {
    if (!JSON_TYPES.has(type)) continue;
    if (parameters.get('as') === undefined) return undefined;
    const version = parameters.get('v');
    const isDiscovery = parameters.get('g') === 'apidiscovery.k8s.io';
    if (isDiscovery && (version === 'v2' || version === 'v2beta1')) return version;
  }
  return undefined;
}
