// What must be said of a moment beside its objects, as kubectl prints it after `Warning:`.

import type { ResourceKind } from '@mosaic/apiserver';
import type { ClusterRecord } from '@mosaic/store';
import type { Gap } from '@mosaic/wire';
import { NOT_WATCHING_YET } from '../asking/coverage-of.ts';
import { rfc3339 } from '../asking/instants.ts';

export const SECRETS_REDACTED =
  'values of Secrets are never recorded: what stands in data is a keyed hash of each, which tells only whether it changed';

/** Gaps of all kinds, and of this one; of an instant that is in them. */
export function gapWarnings(
  gaps: readonly Gap[],
  { name }: Pick<ClusterRecord, 'name'>,
  at: number,
  kind?: Pick<ResourceKind, 'group' | 'kind'>,
): readonly string[] {
  const about = gaps.filter((gap) => gap.kind === undefined || kind === undefined || isAbout(gap.kind, kind));
  return [...new Set(about.map((gap) => gapWarning(gap, name, at)))];
}

function gapWarning({ signal, kind, from, to, reason }: Gap, cluster: string, at: number): string {
  if (reason === NOT_WATCHING_YET)
    return `${cluster} was not watched at ${rfc3339(at)} (not before ${rfc3339(to)}): shown is what later versions prove of it`;
  const what = kind === undefined ? signal : kind;
  const when = to > from ? `from ${rfc3339(from)} to ${rfc3339(to)}` : `at ${rfc3339(from)}`;
  return `${cluster}: ${what} not covered ${when} (${reason}): shown is the last known state`;
}

/** `apps/v1/Deployment` names a kind in coverage. */
function isAbout(named: string, { group, kind }: Pick<ResourceKind, 'group' | 'kind'>): boolean {
  const parts = named.split('/');
  const own = parts.at(-1);
  return own === kind && (parts.length < 3 ? group === '' || parts.length === 1 : parts[0] === group);
}
