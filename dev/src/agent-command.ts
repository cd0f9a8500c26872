// `dev agent`: enrols the cluster of the current context and runs its agent, for containers without an installer.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { kubeContexts } from '@mosaic/kat';
import { dataFolder, environment } from '@mosaic/runtime';
import { repositoryRoot } from './cache.ts';
import { startCassandra } from './cassandra.ts';
import { enrol } from './enrol.ts';

/** Until the agent ends; its exit code is ours. */
export async function runAgent(): Promise<void> {
  const env = environment();
  if (!env.CASSANDRA_HOSTS) throw new Error('CASSANDRA_HOSTS is empty; set it: the cluster is enrolled there');
  const name = env.MOSAIC_CLUSTERS || (await kubeContexts()).current;
  if (name === undefined) throw new Error('there is no kubeconfig with a current context; set KUBECONFIG');
  const cassandra = await startCassandra(); // the given one
  const folder = join(env.MOSAIC_DATA ?? dataFolder(), 'agents');
  const keyspace = env.CASSANDRA_KEYSPACE ?? 'mosaic';
  const [enrolled] = await enrol({ cassandra }, folder, [{ name, kind: 'kubernetes' }], keyspace);
  if (enrolled === undefined) throw new Error(`${name} was not enrolled`);
  const told = {
    MOSAIC_DATA: folder,
    MOSAIC_CLUSTERS: name,
    MOSAIC_CLUSTER_ID: String(enrolled.id),
    MOSAIC_CLUSTER_NAME: name,
    MOSAIC_AGENT_KEY: join(enrolled.folder, 'key.pem'),
  };
  process.exitCode = await untilEnded(join(repositoryRoot(), 'dist', 'agent-cluster.mjs'), { ...env, ...told });
}

function untilEnded(path: string, env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path], { env, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.removeAllListeners(signal); // the agent's goodbye is waited for
      process.on(signal, () => child.kill(signal));
    }
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
