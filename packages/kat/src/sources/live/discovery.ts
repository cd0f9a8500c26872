// What a cluster serves: every group and version, in one answer where the server can (apidiscovery.k8s.io), else group by group.

import { isRecord, type Json, recordAt, recordsAt, textAt, textsAt } from '../../manifest.ts';
import type { Discovered, ResourceType } from '../source.ts';
import type { Http } from './http.ts';

const AGGREGATED = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');
/** Groups asked at once where there is no aggregated answer. */
const AT_ONCE = 4;
const asked = { verb: 'get', group: '', resource: 'discovery' };

export async function discover(http: Http): Promise<Discovered> {
  const [core, groups] = await Promise.all([
    http.json({ path: '/api', accept: AGGREGATED, asked }),
    http.json({ path: '/apis', accept: AGGREGATED, asked }),
  ]);
  const found = await Promise.all([
    isAggregated(core) ? aggregated(core) : oneByOne(http, [{ group: '', versions: textsAt(core, 'versions') }]),
    isAggregated(groups) ? aggregated(groups) : oneByOne(http, groupsIn(groups)),
  ]);
  return { types: found.flatMap(({ types }) => types), failed: found.flatMap(({ failed }) => failed) };
}

const isAggregated = (answer: unknown): answer is Json => isRecord(answer) && answer.kind === 'APIGroupDiscoveryList';

function aggregated(answer: Json): Discovered {
  const failed: { group: string; reason: string }[] = [];
  const types = recordsAt(answer, 'items').flatMap((group) => {
    const name = textAt(group, 'metadata', 'name') ?? '';
    return recordsAt(group, 'versions').flatMap((version) => {
      if (version.freshness === 'Stale')
        failed.push({ group: name, reason: `${name}/${String(version.version)} does not answer` });
      return recordsAt(version, 'resources').map((resource) => typeOf(name, String(version.version), resource));
    });
  });
  return { types: preferred(types), failed };
}

function typeOf(group: string, version: string, resource: Json): ResourceType {
  const kind = recordAt(resource, 'responseKind');
  const singular = textAt(resource, 'singularResource');
  return {
    group: textAt(kind, 'group') ?? group,
    version: textAt(kind, 'version') ?? version,
    kind: textAt(kind, 'kind') ?? '',
    resource: textAt(resource, 'resource') ?? '',
    namespaced: resource.scope === 'Namespaced',
    verbs: textsAt(resource, 'verbs'),
    shortNames: textsAt(resource, 'shortNames'),
    ...(singular !== undefined && { singular }),
  };
}

interface Group {
  readonly group: string;
  /** Preferred first. */
  readonly versions: readonly string[];
}

function groupsIn(answer: unknown): Group[] {
  return recordsAt(answer, 'groups').map((group) => {
    const best = textAt(group, 'preferredVersion', 'version');
    const all = recordsAt(group, 'versions').flatMap((version) => textAt(version, 'version') ?? []);
    return { group: textAt(group, 'name') ?? '', versions: [...new Set([...(best ? [best] : []), ...all])] };
  });
}

async function oneByOne(http: Http, groups: readonly Group[]): Promise<Discovered> {
  const types: ResourceType[] = [];
  const failed: { group: string; reason: string }[] = [];
  const asks = groups.flatMap(({ group, versions }) => versions.map((version) => ({ group, version })));
  for (let i = 0; i < asks.length; i += AT_ONCE) {
    const answers = asks.slice(i, i + AT_ONCE).map(async ({ group, version }) => {
      try {
        return resourcesIn(await http.json({ path: rootOf(group, version), asked }), group, version);
      } catch (error) {
        failed.push({ group, reason: error instanceof Error ? error.message : String(error) });
        return [];
      }
    });
    types.push(...(await Promise.all(answers)).flat());
  }
  return { types: preferred(types), failed };
}

function resourcesIn(answer: unknown, group: string, version: string): ResourceType[] {
  return recordsAt(answer, 'resources')
    .filter((resource) => !String(resource.name).includes('/'))
    .map((resource) => {
      const singular = textAt(resource, 'singularName');
      return {
        group: textAt(resource, 'group') ?? group,
        version: textAt(resource, 'version') ?? version,
        kind: textAt(resource, 'kind') ?? '',
        resource: textAt(resource, 'name') ?? '',
        namespaced: resource.namespaced === true,
        verbs: textsAt(resource, 'verbs'),
        shortNames: textsAt(resource, 'shortNames'),
        ...(singular !== undefined && { singular }),
      };
    });
}

/** Where the resources of a group's version live: `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (group: string, version: string): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** Each resource once, in the first (preferred) version that serves it. */
function preferred(types: readonly ResourceType[]): ResourceType[] {
  const first = new Map<string, ResourceType>();
  for (const type of types) {
    const key = `${type.group}/${type.resource}`;
    if (type.kind !== '' && !first.has(key)) first.set(key, type);
  }
  return [...first.values()];
}
