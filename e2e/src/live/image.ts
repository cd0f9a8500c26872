// Our image as the Dockerfile ends, built by an engine of our own: the stage before is npm and a build, which this machine did already.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Docker } from '@mosaic/dev';
import { ROOT } from './processes.ts';

/** Lays it out in `folder`, which is made anew. */
export async function buildImage({ docker }: Docker, name: string, folder: string): Promise<void> {
  execFileSync(process.execPath, [join(ROOT, 'scripts/image.mjs'), folder], { stdio: 'inherit' });
  const [, last = ''] = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split(/^(?=FROM scratch$)/m);
  const file = `${folder}.Dockerfile`;
  writeFileSync(file, last.replace('COPY --from=build /image /', 'COPY . /'));
  await docker('build', '-q', '-t', name, '-f', file, folder);
}
