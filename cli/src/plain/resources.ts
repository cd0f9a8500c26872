// Which kind is meant by a word: plural, singular, short name or kind, a group behind a dot where that is needed.

import { EXIT, Unanswered } from '../exit.ts';
import type { Api } from './api.ts';

export interface Resource {
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** `/api/v1`, `/apis/apps/v1`. */
  readonly root: string;
}

interface Discovered {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly {
        readonly resource: string;
        readonly singularResource?: string;
        readonly shortNames?: readonly string[];
        readonly scope: string;
        readonly responseKind?: { readonly kind: string };
        readonly verbs?: readonly string[];
      }[];
    }[];
  }[];
}

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Throws `Unanswered` (3) for a kind that was not known then. */
export async function resourceNamed(api: Api, word: string): Promise<Resource> {
  const found = [...(await discovered(api, '/api')), ...(await discovered(api, '/apis'))];
  const wish = word.toLowerCase();
  const meant = found.find(({ names }) => names.includes(wish));
  if (meant !== undefined) return meant;
  throw new Unanswered(`the server did not have a resource type "${word}" then`, EXIT.nothing);
}

async function discovered(
  api: Api,
  path: '/api' | '/apis',
): Promise<readonly (Resource & { readonly names: readonly string[] })[]> {
  const { items = [] } = await api.json<Discovered>(path, ACCEPT);
  return items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources
        .filter(({ verbs = [] }) => verbs.includes('list'))
        .map(({ resource, singularResource = '', shortNames = [], scope, responseKind }) => {
          const group = metadata?.name ?? '';
          const kind = responseKind?.kind ?? resource;
          const names = [resource, singularResource, kind.toLowerCase(), ...shortNames];
          const qualified = group === '' ? [] : names.map((name) => `${name}.${group}`);
          const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
          return { resource, kind, namespaced: scope === 'Namespaced', root, names: [...names, ...qualified] };
        }),
    ),
  );
}
