// A pod reads its ConfigMap when it starts. So each workload bears a digest of those it mounts: when one changes, its pods are replaced, one by one as
// their workload says, and a Job that was done is done again.

import { createHash } from 'node:crypto';
import { isRecord, type Manifest, recordAt, recordsAt, textAt } from '@mosaic/kat';
import type { Piece } from './trees.ts';

export const CONFIG_DIGEST = 'mosaic.dev/config-digest';

/** The same pieces, with the annotation on pod templates that mount ConfigMaps of theirs. */
export function withConfigDigests(pieces: readonly Piece[]): readonly Piece[] {
  const maps = pieces.filter(({ object }) => object.kind === 'ConfigMap').map(({ object }) => object);
  return pieces.map((piece) => {
    const mounted = mountedBy(piece.object);
    const its = maps.filter(
      ({ metadata }) => metadata.namespace === piece.object.metadata.namespace && mounted.has(metadata.name),
    );
    return its.length === 0 ? piece : { ...piece, object: annotated(piece.object, digestOf(its)) };
  });
}

const mountedBy = (object: Manifest): ReadonlySet<string | undefined> =>
  new Set(
    recordsAt(object, 'spec', 'template', 'spec', 'volumes').map((volume) => textAt(volume, 'configMap', 'name')),
  );

const digestOf = (maps: readonly Manifest[]): string =>
  createHash('sha256')
    .update(JSON.stringify(maps.map(({ data }) => (isRecord(data) ? Object.entries(data).toSorted() : []))))
    .digest('hex')
    .slice(0, 16);

function annotated(object: Manifest, digest: string): Manifest {
  const spec = recordAt(object, 'spec');
  const template = recordAt(spec, 'template');
  const metadata = recordAt(template, 'metadata');
  const annotations = { ...recordAt(metadata, 'annotations'), [CONFIG_DIGEST]: digest };
  return { ...object, spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations } } } };
}
