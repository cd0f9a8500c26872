// Which clusters to watch: those named, else the current context when it answers, else the playground.

import { isReachable, kubeContexts } from '@mosaic/kat';

export type Choice =
  | { readonly kind: 'playground' }
  | { readonly kind: 'kubernetes'; readonly contexts: readonly string[]; readonly inCluster: boolean };

export class UnknownContext extends Error {
  override readonly name = 'UnknownContext';
}

/** A context is given this long to answer before the playground is taken instead. */
const ANSWER_WITHIN_MS = 3_000;

/** The kubeconfig is kubectl's: KUBECONFIG, then ~/.kube/config. Throws `UnknownContext` when a named context is not in it. */
export async function chooseClusters(
  named: readonly string[] | undefined,
): Promise<Choice & { readonly because: string }> {
  if (named?.includes('playground')) return { kind: 'playground', because: 'asked for' };
  if (named?.includes('in-cluster')) return { kind: 'kubernetes', contexts: [], inCluster: true, because: 'asked for' };
  const { current, contexts } = await kubeContexts();
  const isNamed = named !== undefined && named.length > 0;
  if (isNamed)
    return {
      ...wanted(
        named,
        contexts.map(({ name }) => name),
      ),
      because: 'asked for',
    };
  if (current === undefined) return { kind: 'playground', because: 'no kubeconfig context here' };
  if (await isReachable({ context: current }, ANSWER_WITHIN_MS)) {
    return { kind: 'kubernetes', contexts: [current], inCluster: false, because: 'the current context' };
  }
  return { kind: 'playground', because: `context ${current} did not answer within ${ANSWER_WITHIN_MS / 1000} s` };
}

function wanted(named: readonly string[], known: readonly string[]): Choice {
  const missing = named.filter((name) => !known.includes(name));
  if (missing.length > 0)
    throw new UnknownContext(
      `${missing.join(', ')}: not in the kubeconfig; it has ${known.join(', ') || 'no contexts'}`,
    );
  return { kind: 'kubernetes', contexts: named, inCluster: false };
}
