// The product's image without a registry or a Docker Engine: the root that scripts/image.mjs lays out, given to the node's containerd.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadRoot, repositoryRoot } from '@mosaic/dev';

const run = promisify(execFile);

/** As the Dockerfile ends. */
export const PRODUCT_ENV = ['NODE_ENV=production', 'MOSAIC_DATA=/var/lib/mosaic', 'PATH=/usr/local/bin'];
export const PRODUCT_USER = '10001:10001';
export const PRODUCT_ENTRYPOINT = ['node', '--disable-warning=ExperimentalWarning'];

/** Builds it and gives it to the node's containerd. Some seconds. */
export async function loadProduct(reference: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-product-'));
  try {
    const root = join(folder, 'root');
    await layOutProduct(root);
    await loadRoot(reference, [root], {
      ...{ Entrypoint: PRODUCT_ENTRYPOINT, Env: PRODUCT_ENV, User: PRODUCT_USER, WorkingDir: '/mosaic' },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its files, in a folder that is not there yet. */
export const layOutProduct = (root: string): Promise<unknown> =>
  run(process.execPath, [join(repositoryRoot(), 'scripts/image.mjs'), root]);
