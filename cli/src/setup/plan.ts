// What an install would do, document by document, by the API server's own word: a server-side dry run compared with what is there.

import { Conflict, isRecord, KubeError, type LiveSource, type Manifest, type ResourceType, textAt } from '@mosaic/kat';
import { shownName, type TypeOf } from './kinds.ts';
import type { Piece } from './trees.ts';

/** `replace`: what may not be changed goes first (a Job). `foreign`: somebody else's, which is not touched. */
export type Deed = 'create' | 'change' | 'keep' | 'replace' | 'foreign' | 'refused';

export interface Step {
  readonly piece: Piece;
  readonly type: ResourceType;
  readonly deed: Deed;
  /** Paths of fields that change, `spec.replicas`; or why it is refused. */
  readonly details: readonly string[];
  /** It was there and is not ours (a namespace): an uninstall leaves it. */
  readonly isAdopted: boolean;
}

const PART_OF = 'app.kubernetes.io/part-of';
const UNPROCESSABLE = 422;
/** Set by the API server, or by controllers: no wish of ours. */
const NOT_OURS = new Set(['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink']);

/** By the label that every document of ours bears. */
export const isOurs = (object: Manifest): boolean => object.metadata.labels?.[PART_OF] === 'mosaic';

type Looks = Pick<LiveSource, 'get' | 'apply'>;

/** In order of the documents. Changes nothing. Throws `Forbidden`. */
export async function planOf(source: Looks, pieces: readonly Piece[], typeOf: TypeOf): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const coming = new Set<string>();
  for (const piece of pieces) {
    const step = await stepOf(source, piece, typeOf(piece.object), coming);
    if (step.type.kind === 'Namespace' && step.deed === 'create') coming.add(piece.object.metadata.name);
    steps.push(step);
  }
  return steps;
}

async function stepOf(source: Looks, piece: Piece, type: ResourceType, coming: ReadonlySet<string>): Promise<Step> {
  const { object } = piece;
  const { name, namespace } = object.metadata;
  const step = (deed: Deed, details: readonly string[] = [], isAdopted = false): Step => {
    return { piece, type, deed, details, isAdopted };
  };
  // In a namespace that is not there yet nothing is there, and nothing can be tried.
  if (namespace !== undefined && coming.has(namespace)) return step('create');
  const found = await source.get(type, namespace, name);
  const isAdopted = found !== undefined && !isOurs(found);
  if (isAdopted && type.kind !== 'Namespace') return step('foreign');
  try {
    const would = await source.apply(type, object, { dryRun: true, force: true });
    if (found === undefined) return step('create');
    const fields = changesBetween(found, would);
    if (fields.length === 0) return step('keep', [], isAdopted);
    return step('change', [...fields, ...(await takenFrom(source, type, object))], isAdopted);
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== UNPROCESSABLE) throw error;
    return found !== undefined && type.kind === 'Job' ? step('replace') : step('refused', [error.message]);
  }
}

/** Whose settings would be overridden: as the API server says it. */
async function takenFrom(source: Looks, type: ResourceType, object: Manifest): Promise<readonly string[]> {
  try {
    await source.apply(type, object, { dryRun: true });
    return [];
  } catch (error) {
    if (error instanceof Conflict) return [error.message.replaceAll(/\s+/g, ' ')];
    throw error;
  }
}

/** Paths at which they differ, but for what is the API server's own. */
export const changesBetween = (before: Manifest, after: Manifest): readonly string[] =>
  differing({ ...before, status: undefined }, { ...after, status: undefined }, '');

function differing(before: unknown, after: unknown, path: string): readonly string[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const wanted = path === 'metadata' ? keys.filter((key) => !NOT_OURS.has(key)) : keys;
    return wanted.flatMap((key) => differing(before[key], after[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((one, index) => differing(one, after[index], `${path}[${index}]`));
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

/** Most changed fields that are shown of a document. */
const MOST_SHOWN = 6;

/** A line for people: `change  Deployment mosaic-agent/mosaic-cluster-agent: spec.replicas`. */
export function shownStep({ deed, piece, details, isAdopted }: Step): string {
  const more = details.length > MOST_SHOWN ? [`and ${details.length - MOST_SHOWN} more`] : [];
  const said = [...details.slice(0, MOST_SHOWN), ...more].join(', ');
  const whose = isAdopted ? ' (not made by Mosaic: it stays when Mosaic goes)' : '';
  return `${deed.padEnd(8)}${shownName(piece.object)}${whose}${said === '' ? '' : `: ${said}`}`;
}

/** `3 create, 1 change, 20 keep`. */
export function summaryOf(steps: readonly Step[]): string {
  const counts = Map.groupBy(steps, ({ deed }) => deed);
  return [...counts].map(([deed, same]) => `${same.length} ${deed}`).join(', ');
}

/** Whether this product wrote it: its field manager is among those of its fields. */
export const isWrittenByUs = (object: Manifest): boolean =>
  (object.metadata.managedFields ?? []).some((entry) => textAt(entry, 'manager') === 'mosaic');
