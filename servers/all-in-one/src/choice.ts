// Which clusters to watch: those named, else the current context when it answers or was watched before, else the playground.

import { kubeContexts, live } from '@mosaic/kat';

export type Choice =
  | { readonly kind: 'playground' }
  | { readonly kind: 'kubernetes'; readonly contexts: readonly string[]; readonly inCluster: boolean };

export interface Chosen {
  /** A line of why. */
  readonly because: string;
  /** Contexts that nobody asked for, for who does not know of them. */
  readonly others?: readonly string[];
}

export class UnknownContext extends Error {
  override readonly name = 'UnknownContext';
}

export interface ChoiceOptions {
  /** Whether this data folder holds a past of that context. */
  readonly isKnown?: (context: string) => boolean;
}

/** The kubeconfig is kubectl's: KUBECONFIG, then ~/.kube/config. Throws `UnknownContext` when a named context is not in it. */
export async function chooseClusters(
  named: readonly string[] | undefined,
  { isKnown = () => false }: ChoiceOptions = {},
): Promise<Choice & Chosen> {
  if (named?.includes('playground')) return { kind: 'playground', because: 'asked for' };
  if (named?.includes('in-cluster')) return { kind: 'kubernetes', contexts: [], inCluster: true, because: 'asked for' };
  const { current, contexts, trouble } = await kubeContexts();
  const names = contexts.map(({ name }) => name);
  if (named !== undefined && named.length > 0) return { ...wanted(named, names, trouble), because: 'asked for' };
  if (current === undefined) return { kind: 'playground', because: trouble ?? 'no kubeconfig context here' };
  const others = names.filter((name) => name !== current);
  const silence = await silenceOf(current);
  if (silence !== undefined && !isKnown(current))
    return { kind: 'playground', because: `context ${current} is of no use now: ${silence}` };
  return { kind: 'kubernetes', contexts: [current], inCluster: false, because: 'the current context', others };
}

/** Why it tells nothing; undefined when it answers. */
async function silenceOf(context: string): Promise<string | undefined> {
  const source = live({ context });
  try {
    await source.version();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    source.close();
  }
}

function wanted(named: readonly string[], known: readonly string[], trouble: string | undefined): Choice {
  const missing = named.filter((name) => !known.includes(name));
  if (missing.length > 0)
    throw new UnknownContext(
      `${missing.join(', ')}: not in the kubeconfig; ${trouble ?? `it has ${known.join(', ') || 'no contexts'}`}`,
    );
  return { kind: 'kubernetes', contexts: named, inCluster: false };
}
