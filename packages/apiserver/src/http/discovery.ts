// Discovery: which groups, versions and resources there are, in the plain documents and in the aggregated one.

import { below, type Subresource } from '../below/subresources.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import { servedKinds } from '../metrics/kinds.ts';
import type { ObjectSource, ResourceKind } from '../port.ts';
import { aggregatedVersion } from './accept.ts';
import type { Exchange } from './asked.ts';
import { send, sendText } from './respond.ts';

/** Answers `/api`, `/api/v1`, `/apis`, `/apis/G`, `/apis/G/V`; `false` when the path is none of a served group. */
export function answerDiscovery(exchange: Exchange, segments: readonly string[]): boolean {
  const kinds = servedKinds(exchange.source);
  const [root, first, second] = segments;
  if (segments.length === 1) return answerRoot(exchange, root === 'api');
  const ofGroup = kinds.filter(({ group }) => group === (root === 'api' ? '' : first));
  if (root === 'apis' && segments.length === 2) {
    if (ofGroup.length > 0)
      send(exchange, 200, { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(first ?? '', ofGroup) });
    return ofGroup.length > 0;
  }
  const version = root === 'api' ? first : second;
  const ofVersion = ofGroup.filter((kind) => kind.version === version);
  const [any] = ofVersion;
  if (any === undefined || segments.length !== (root === 'api' ? 2 : 3)) return false;
  send(exchange, 200, {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(any),
    resources: ofVersion.flatMap(resourcesOf),
  });
  return true;
}

function answerRoot(exchange: Exchange, isCore: boolean): true {
  const version = aggregatedVersion(exchange.req.headers.accept);
  const kinds = servedKinds(exchange.source).filter(({ group }) => (group === '') === isCore);
  if (version !== undefined) {
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    sendText(exchange, 200, type, JSON.stringify(aggregated(kinds, version)));
  } else if (isCore) {
    const addresses = [{ clientCIDR: '0.0.0.0/0', serverAddress: exchange.req.headers.host ?? '' }];
    send(exchange, 200, { kind: 'APIVersions', versions: versionsOf(kinds), serverAddressByClientCIDRs: addresses });
  } else {
    const groups = [...byGroup(kinds)].map(([name, members]) => groupOf(name, members));
    send(exchange, 200, { kind: 'APIGroupList', apiVersion: 'v1', groups });
  }
  return true;
}

const byGroup = (kinds: readonly ResourceKind[]): Map<string, ResourceKind[]> =>
  Map.groupBy(kinds, ({ group }) => group);

/** Stable before beta before alpha, the higher number first: Kubernetes' order of versions. */
function versionsOf(kinds: readonly ResourceKind[]): readonly string[] {
  const rank = (version: string): readonly [number, number] => {
    const [, major = '0', stage = ''] = /^v(\d+)(alpha|beta)?/.exec(version) ?? [];
    return [stage === '' ? 2 : stage === 'beta' ? 1 : 0, Number(major)];
  };
  return [...new Set(kinds.map(({ version }) => version))].sort((a, b) => {
    const [stageA, majorA] = rank(a);
    const [stageB, majorB] = rank(b);
    return stageB - stageA || majorB - majorA || b.localeCompare(a);
  });
}

function groupOf(name: string, kinds: readonly ResourceKind[]) {
  const versions = versionsOf(kinds).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

const namesOf = (kind: ResourceKind) => ({
  ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
  ...(kind.categories === undefined ? {} : { categories: kind.categories }),
});

function resourcesOf(kind: ResourceKind): readonly object[] {
  const { resource, singular, namespaced } = kind;
  const own = {
    name: resource,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...namesOf(kind),
  };
  return [own, ...kind.subresources.map((subresource) => listed(kind, subresource))];
}

function listed(kind: ResourceKind, subresource: Subresource): object {
  const { responseKind, verbs } = below(kind, subresource);
  return {
    name: `${kind.resource}/${subresource}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(responseKind === undefined || responseKind.group === ''
      ? { kind: responseKind?.kind ?? kind.kind }
      : responseKind),
    verbs,
  };
}

function aggregated(kinds: readonly ResourceKind[], version: string) {
  const items = [...byGroup(kinds)].map(([name, members]) => ({
    metadata: { name, creationTimestamp: null },
    versions: versionsOf(members).map((each) => ({
      version: each,
      resources: members.filter((kind) => kind.version === each).map(aggregatedResource),
      freshness: 'Current',
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

function aggregatedResource(kind: ResourceKind) {
  const responseKind = { group: kind.group, version: kind.version, kind: kind.kind };
  return {
    resource: kind.resource,
    responseKind,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...namesOf(kind),
    subresources: kind.subresources.map((subresource) => ({
      subresource,
      responseKind: below(kind, subresource).responseKind ?? responseKind,
      verbs: below(kind, subresource).verbs,
    })),
  };
}

export const versionDocument = (source: ObjectSource) => ({
  ...source.version(),
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: '',
});
