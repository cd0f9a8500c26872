// The linter that our manifests must satisfy, built from its published module: `kube-score/go.mod`.

import { join } from 'node:path';
import { devFile } from './cache.ts';
import { cached, goTools, silently, type Told } from './install.ts';

/** The program's path. About a minute cold. */
export async function installKubeScore(told: Told = silently): Promise<string> {
  const build = (folder: string) =>
    goTools(devFile('kube-score'), join(folder, 'bin'), ['github.com/zegl/kube-score/cmd/kube-score']);
  return join(await cached('kube-score', devFile('kube-score', 'go.sum'), build, told), 'bin', 'kube-score');
}
