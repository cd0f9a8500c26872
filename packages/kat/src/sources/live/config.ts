// Where the cluster is and who we are: kubeconfig files and in-cluster credentials, read by Kubernetes' own client library.
// It is loaded when first needed: it is large, and whoever only asks about the past does without.

import type { KubeConfig } from '@kubernetes/client-node';
import type { KubeContext } from '../source.ts';

export interface ConfigOptions {
  /** Path of a kubeconfig file, or its text; default: KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig?: string;
  /** Default: the current one. */
  readonly context?: string;
  /** The pod's own ServiceAccount. */
  readonly inCluster?: boolean;
}

/** Throws when the file cannot be read or has no such context. */
export async function loadConfig({ kubeconfig, context, inCluster }: ConfigOptions): Promise<KubeConfig> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (inCluster) config.loadFromCluster();
  else if (kubeconfig === undefined) config.loadFromDefault();
  else if (kubeconfig.includes('\n')) config.loadFromString(kubeconfig);
  else config.loadFromFile(kubeconfig);

  if (context !== undefined) {
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(context))
      throw new Error(`no context ${context} in the kubeconfig; it has ${names.join(', ') || 'none'}`);
    config.setCurrentContext(context);
  }
  if (config.getCurrentCluster() === null) throw new Error('the kubeconfig names no current cluster; give a context');
  allowPlainHttp(config);
  return config;
}

/** `kubectl proxy` and the playground speak plain HTTP: the library asks for this word before it lets us. */
function allowPlainHttp(config: KubeConfig): void {
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
}

export function contextOf(config: KubeConfig, name: string): KubeContext {
  const context = config.getContextObject(name);
  const server = context === null ? '' : (config.getCluster(context.cluster)?.server ?? '');
  const namespace = context?.namespace;
  return { name, cluster: context?.cluster ?? '', server, ...(namespace !== undefined && { namespace }) };
}

export interface KubeContexts {
  readonly contexts: readonly KubeContext[];
  readonly current?: string;
  /** Why nothing is offered by one that is there. */
  readonly trouble?: string;
}

/** What a kubeconfig offers; nothing, when there is none. Contacts no cluster, never throws. */
export async function kubeContexts(kubeconfig?: string): Promise<KubeContexts> {
  try {
    const config = await loadConfig(kubeconfig === undefined ? {} : { kubeconfig });
    const contexts = config.getContexts().map(({ name }) => contextOf(config, name));
    const isNone = contexts.length === 1 && contexts[0]?.name === 'loaded-context'; // the library's guess when it found no file
    return isNone ? { contexts: [] } : { contexts, current: config.getCurrentContext() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: [] };
    return { contexts: [], trouble: `the kubeconfig cannot be read: ${String(error).split('\n')[0]}` };
  }
}
