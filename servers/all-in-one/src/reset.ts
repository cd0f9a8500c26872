// `--reset`: forgets what Mosaic made in a data folder, and nothing else that lies there.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '@mosaic/store';

const OURS = ['store', 'agents', 'playground', 'playground.kubeconfig'];

/** Throws `FolderInUse`, and takes nothing, when another process writes there. */
export function reset(data: string): void {
  const store = join(data, 'store');
  if (existsSync(store)) lockFolder(store).release();
  for (const name of OURS) rmSync(join(data, name), { recursive: true, force: true });
}
