// The first user, from the file that `mosaic init` made, and the rule that nobody listens to the world without one.

import { readFile } from 'node:fs/promises';
import type { Log } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import { isLoopback } from '../http/host-guard.ts';
import { checkPassword, hashed } from './passwords.ts';

export const ADMINISTRATOR = 'admin';

export interface Founding {
  readonly store: Pick<Store, 'people' | 'audit'>;
  readonly host: string;
  readonly passwordFile: string | undefined;
  readonly now: () => number;
  readonly log: Pick<Log, 'notice'>;
}

/** Makes `admin` when there is no user and a file says the password. Throws when the address is not loopback and nobody could sign in. */
export async function foundAdministrator(founding: Founding): Promise<void> {
  const { store, host, passwordFile, log } = founding;
  if ((await store.people.all()).length > 0) return;
  if (passwordFile !== undefined) {
    if (await made(founding, await passwordIn(passwordFile)))
      log.notice('administrator made', { user: ADMINISTRATOR, passwordFile });
    return;
  }
  if (!isLoopback(host)) throw new Error(openDoors(host));
}

const openDoors = (host: string): string =>
  `HOST=${host} is not a loopback address and no user is configured: everybody who reaches it would be administrator. Set MOSAIC_ADMIN_PASSWORD_FILE to a file with a password (\`mosaic init\` makes one), or set HOST=127.0.0.1 and forward the port.`;

async function passwordIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`MOSAIC_ADMIN_PASSWORD_FILE=${path} cannot be read`, { cause });
  });
  try {
    return checkPassword(text.trim(), ADMINISTRATOR);
  } catch (cause) {
    throw new Error(`MOSAIC_ADMIN_PASSWORD_FILE=${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** False when another process was quicker. */
async function made({ store, now }: Founding, password: string): Promise<boolean> {
  const at = now();
  const user = { id: crypto.randomUUID(), name: ADMINISTRATOR, role: 'admin', createdAt: at, passwordAt: at } as const;
  if (!(await store.people.add({ ...user, password: await hashed(password) }))) return false;
  const deed = { actor: 'system', action: 'user.create', target: ADMINISTRATOR, result: 'done' };
  await store.audit.record({ ...deed, request: JSON.stringify({ from: 'MOSAIC_ADMIN_PASSWORD_FILE' }) });
  return true;
}
