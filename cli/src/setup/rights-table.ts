// The table of manifests/README.md: what the rendered roles of the agents grant, where, and why. A right without a reason is an error.

import { type Json, recordsAt, textsAt } from '@mosaic/kat';
import { type Piece, render } from './trees.ts';

interface Grant {
  readonly account: string;
  readonly resources: readonly string[];
  readonly verbs: string;
  /** `own`: only in a namespace of the agents. */
  readonly where: 'own' | 'everywhere';
  readonly why: string;
}

/** By role, resource and verbs; the first that fits. */
const WHY: readonly (readonly [RegExp, string])[] = [
  [/^mosaic-cluster-agent secrets (list|watch)/, 'rbac.secrets: of their values it keeps keyed hashes'],
  [/^mosaic-cluster-agent \S+ list, watch$/, 'what the cluster consists of, and each change of it'],
  [/^mosaic-cluster-agent tokenreviews\S* create$/, 'whose token a node agent shows, before its key is certified'],
  [/^mosaic-cluster-agent leases\S* get, update$/, 'which of the replicas watches; this Lease by its name'],
  [/^mosaic-cluster-agent leases\S* create$/, 'the same Lease, the first time'],
  [/^mosaic-certifier pods get$/, 'whether the pod that a node agent’s token is bound to lives, and on which node'],
  [/^mosaic-node-agent pods list, watch$/, 'which pod a log, a socket and a process belong to'],
];

/** Markdown, ending with a line break. Throws where a right has no reason. */
export async function rightsTable(): Promise<string> {
  const { pieces } = await render('agents', {});
  const grants = pieces.flatMap(grantsOf);
  const rows = grants.map(({ account, resources, verbs, where, why }) => {
    const [own, elsewhere] = where === 'own' ? [verbs, '–'] : [verbs, verbs];
    return `| ${account} | ${resources.map((one) => `\`${one}\``).join(', ')} | ${own} | ${elsewhere} | ${why} |`;
  });
  const head = ['| who | resource | own namespace | elsewhere | why |', '|---|---|---|---|---|'];
  return `${[...head, ...rows].join('\n')}\n`;
}

function grantsOf({ object }: Piece): readonly Grant[] {
  if (object.kind !== 'ClusterRole' && object.kind !== 'Role') return [];
  const where = object.kind === 'Role' ? 'own' : 'everywhere';
  const { name } = object.metadata;
  return recordsAt(object, 'rules').map((rule): Grant => {
    const resources = resourcesOf(rule);
    const verbs = textsAt(rule, 'verbs').join(', ');
    const asked = `${name} ${resources[0]} ${verbs}`;
    const why = WHY.find(([pattern]) => pattern.test(asked))?.[1];
    if (why === undefined) throw new Error(`nobody says why ${asked} is granted`);
    return { account: name === 'mosaic-certifier' ? 'mosaic-cluster-agent' : name, resources, verbs, where, why };
  });
}

const resourcesOf = (rule: Json): readonly string[] =>
  textsAt(rule, 'apiGroups').flatMap((group) =>
    textsAt(rule, 'resources').map((resource) => (group === '' ? resource : `${resource}.${group}`)),
  );
