// Whose logs are meant: a pod by its name, the pods of a workload, or those with labels; as kubectl does.

import { EXIT, Unanswered, UsageError } from '../exit.ts';
import type { Api } from './api.ts';
import { resourceNamed } from './resources.ts';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** Names. Of a workload the first, which is told on stderr. Throws `Unanswered` (3) when there are none. */
export async function logPods(
  api: Api,
  word: string | undefined,
  { namespace, selector }: { readonly namespace: string; readonly selector: string | undefined },
): Promise<readonly string[]> {
  if (word === undefined) {
    if (selector === undefined)
      throw new UsageError('say whose: logs checkout-0, logs deploy/checkout, logs -l app=checkout');
    return podsWith(api, namespace, selector);
  }
  const [kindWord = '', name] = word.split('/');
  if (name === undefined) return [word];
  const { kind, root, resource } = await resourceNamed(api, kindWord);
  if (kind === 'Pod') return [name];
  const path = `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}/${encodeURIComponent(name)}`;
  const owner = await api.json<{ readonly spec?: { readonly selector?: Selector } }>(path, 'application/json');
  const labels = Object.entries(owner.spec?.selector?.matchLabels ?? {});
  if (labels.length === 0) throw new UsageError(`${word} selects no pods by labels; name a pod`);
  const pods = await podsWith(api, namespace, labels.map((pair) => pair.join('=')).join(','));
  const [first = ''] = pods;
  if (pods.length > 1) process.stderr.write(`Found ${pods.length} pods, using pod/${first}\n`);
  return [first];
}

async function podsWith(api: Api, namespace: string, labelSelector: string): Promise<readonly string[]> {
  const { rows } = await api.table(`/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`, { labelSelector });
  const names = rows.map(({ object }) => object.metadata.name);
  if (names.length === 0) throw new Unanswered(`no pods with ${labelSelector} in namespace ${namespace}`, EXIT.nothing);
  return names;
}
