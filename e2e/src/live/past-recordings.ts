// What `kubectl get -o json` printed at a moment, and when two such printings say the same.

import type { Kubectl } from '../journey/kubectl.ts';
import { GADGETS, KINDS, NAMESPACE } from './past-objects.ts';

export interface Recorded {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly managedFields?: readonly { readonly time?: string }[];
    readonly [field: string]: unknown;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly status?: { readonly conditions?: readonly Readonly<Record<string, unknown>>[] };
  readonly [field: string]: unknown;
}

/** By kind, namespace and name, without heartbeats; gadgets undefined while the cluster does not know their kind. */
export interface Recording {
  readonly objects: ReadonlyMap<string, Recorded>;
  readonly gadgets: ReadonlyMap<string, Recorded> | undefined;
}

/** What people type. Events and ages move on with time: the one is cut off, the other stands as AGE. */
const WORDS = [
  'get configmaps,services,deployments -o yaml',
  'get pods -o name --sort-by=.metadata.name',
  'get deployments -o jsonpath={.items[*].status.replicas}',
  'get replicasets -l app=shop -o custom-columns=N:.metadata.name,D:.spec.replicas',
  'get pods --field-selector status.phase=Pending -o name',
  'get deployments,services,statefulsets,daemonsets,jobs,cronjobs -o wide',
  'get ingresses,poddisruptionbudgets,resourcequotas,persistentvolumeclaims -o wide',
  'get horizontalpodautoscalers.v1.autoscaling -o yaml',
  'get events -o name --field-selector involvedObject.name=nobody',
  'describe deployment shop',
  'describe configmap settings',
  'describe service shop',
  'describe role reader',
];

/** By the words that were said. */
export async function conversation(kubectl: Kubectl): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, string>();
  for (const words of WORDS) said.set(words, timeless(await kubectl(['-n', NAMESPACE, ...words.split(' ')])));
  return said;
}

const timeless = (text: string): string =>
  text
    .replace(/^Events:[\s\S]*/m, '')
    .replaceAll(/\b(\d+[smh]){1,2}\b/g, 'AGE')
    .replaceAll(/ +/g, ' ');

export async function recording(kubectl: Kubectl): Promise<Recording> {
  const [all, gadgets] = await Promise.all([
    kubectl(['get', KINDS.join(','), '-A', '-o', 'json', '--show-managed-fields']),
    kubectl(['get', GADGETS, '-A', '-o', 'json', '--show-managed-fields']).catch((error: unknown) => {
      if (String(error).includes("doesn't have a resource type")) return undefined;
      throw error;
    }),
  ]);
  return { objects: listIn(all), gadgets: gadgets === undefined ? undefined : listIn(gadgets) };
}

function listIn(text: string): ReadonlyMap<string, Recorded> {
  const { items } = JSON.parse(text) as { readonly items: readonly Recorded[] }; // as kubectl prints it
  return new Map(items.map((item) => [nameOf(item), withoutHeartbeats(item)]));
}

const nameOf = ({ kind, metadata }: Recorded): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** When a manager was last seen writing, and when a condition was last said, change without a change of the object. */
function withoutHeartbeats(object: Recorded): Recorded {
  const { managedFields = [], ...metadata } = withoutOurs(object.metadata);
  const { conditions } = object.status ?? {};
  return {
    ...(object.kind === 'Secret' ? withoutValues(object) : object),
    metadata: { ...metadata, managedFields: managedFields.map(({ time: _, ...kept }) => kept) },
    ...(conditions && { status: { ...object.status, conditions: conditions.map(withoutBeat) } }),
  };
}

/** Names and last days of a Secret's certificates are told beside it. */
function withoutOurs({ annotations = {}, ...metadata }: Recorded['metadata']): Recorded['metadata'] {
  const { 'mosaic.dev/certificates': _, ...others } = annotations as Readonly<Record<string, string>>; // as Kubernetes has them
  return Object.keys(others).length === 0 ? metadata : { ...metadata, annotations: others };
}

const withoutBeat = ({ lastHeartbeatTime: _, lastProbeTime: __, ...kept }: Readonly<Record<string, unknown>>) => kept;

/** Which keys a Secret has, and no more: values are never recorded. */
const withoutValues = ({ data = {}, ...rest }: Recorded): Recorded => ({
  ...rest,
  data: Object.fromEntries(Object.keys(data).map((key) => [key, ''])),
});
