// Single moments worth a mark on the time bar.

import { type Change, nodeId, type TimelineAnswer } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';

type Mark = TimelineAnswer['marks'][number];
export const MOST_MARKS = 500;

/** The severest first kept, told oldest first. */
export function marksOf(changes: readonly { readonly cluster: number; readonly change: Change }[]): Mark[] {
  return changes
    .toSorted((a, b) => b.change.severity - a.change.severity || b.change.at - a.change.at)
    .slice(0, MOST_MARKS)
    .sort((a, b) => a.change.at - b.change.at)
    .map(({ cluster, change }) => mark(cluster, change));
}

function mark(cluster: number, change: Change): Mark {
  const { at, kind, namespace, name, summary, severity, workload } = change;
  const [ownerKind, ownerName] = workload?.split('/') ?? [];
  return {
    at: rfc3339(at),
    type: typeOf(change),
    title: `${kind} ${name}: ${summary}`,
    node: nodeId(cluster, ownerKind ?? kind, namespace, ownerName ?? name),
    severity,
  };
}

const CONFIG_KINDS: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

function typeOf({ op, kind, fields, reconstructed }: Change): Mark['type'] {
  if (reconstructed !== undefined) return 'reconstructed';
  if (op === 'delete') return 'delete';
  if (op === 'add') return 'create';
  if (CONFIG_KINDS.has(kind)) return 'config';
  if (fields.some((field) => field.startsWith('spec.template') || field.includes('.image'))) return 'deploy';
  if (fields.some((field) => field === 'spec.replicas')) return 'scale';
  return 'change';
}
