// `mosaic clusters`: which there are, letting one join, ending what its agents may say.

import { chmod, writeFile } from 'node:fs/promises';
import {
  agentKeySchema,
  type ClusterAnswer,
  clusterSchema,
  type JoinTokenAnswer,
  joinTokenSchema,
  listOf,
} from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import type { Server } from '../ask/server.ts';
import { asDeed, asList, atSecond, type ListOptions, shown } from '../people/listing.ts';
import { signedIn } from '../people/login.ts';
import { passwordFrom, sureUrl } from '../people/password.ts';
import type { Column } from '../print/answer.ts';

export function clustersCommand(): Command {
  return new Command('clusters')
    .description('which clusters there are; add and revoke them')
    .addHelpText('after', EXAMPLES)
    .addCommand(asList(new Command('list').description('clusters, and those that are to join'), list), {
      isDefault: true,
    })
    .addCommand(
      asDeed(
        new Command('add')
          .description('make a token by which a cluster joins, once, and print the commands that use it')
          .argument('<name>', 'that the cluster will have')
          .option('--minutes <n>', 'how long the token holds', '15')
          .option('--token-only', 'print the token alone, for a file or a Secret')
          .option('--to <file>', 'write the token there (0600), and print where')
          .option('--once', 'do nothing when a cluster of that name has joined already')
          .option('--password-file <file>', 'ask as `admin` with this password, as an installation does'),
        add,
      ),
    )
    .addCommand(
      asDeed(
        new Command('revoke')
          .description('what the cluster’s agents sign is refused from now on; it may join again with a new token')
          .argument('<name>', 'of the cluster, or its id')
          .option('--key <id>', 'only this key (mosaic clusters keys NAME)'),
        revoke,
      ),
    )
    .addCommand(
      asDeed(
        new Command('keys')
          .description('keys that the cluster’s agents sign with')
          .argument('<name>', 'of the cluster'),
        async ({ server }, name: string) => {
          const { items } = await server.ask(`/clusters/${encodeURIComponent(name)}/keys`, {}, listOf(agentKeySchema));
          const lines = items.map(
            ({ keyId, revokedAt }) => `${keyId}${revokedAt === undefined ? '' : `  revoked ${atSecond(revokedAt)}`}`,
          );
          return lines.join('\n') || 'none';
        },
      ),
    );
}

const EXAMPLES = `
Examples
  mosaic clusters add eu-1                     the commands to run where eu-1 is, good for 15 minutes
  mosaic clusters add eu-1 --token-only | kubectl -n mosaic-agent create secret generic mosaic-join --from-file=token=/dev/stdin
  mosaic clusters revoke eu-1                  its agents' chunks go to quarantine within seconds`;

interface AddOptions {
  readonly minutes: string;
  readonly tokenOnly?: boolean;
  readonly to?: string;
  readonly once?: boolean;
  readonly passwordFile?: string;
}

async function add({ server }: Context, name: string, options: AddOptions): Promise<string> {
  const { passwordFile } = options;
  if (passwordFile === undefined) return added(server, name, options);
  const password = await passwordFrom(passwordFile, '');
  const asAdmin = await signedIn(sureUrl(server.url), 'admin', password);
  try {
    return await added(asAdmin, name, options);
  } finally {
    await asAdmin.done('DELETE', '/sessions/current');
  }
}

async function added(
  server: Server,
  name: string,
  { minutes, tokenOnly = false, to, once }: AddOptions,
): Promise<string> {
  if (once && (await hasJoined(server, name))) return `${name} has joined already`;
  const made = await server.send('POST', '/enrolments', { name, minutes: Number(minutes) }, joinTokenSchema);
  if (to !== undefined) {
    await writeFile(to, '', { mode: 0o600 });
    await chmod(to, 0o600); // it may have been there, open to others
    await writeFile(to, `${made.token ?? ''}\n`);
    return `${name} may join once until ${atSecond(made.expiresAt)}; the token is in ${to}`;
  }
  if (tokenOnly) return made.token ?? '';
  process.stderr.write(`${name} may join once until ${atSecond(made.expiresAt)}. Where kubectl reaches it, run:\n\n`);
  return made.command ?? '';
}

async function hasJoined(server: Server, name: string): Promise<boolean> {
  const { items } = await server.ask('/clusters', {}, listOf(clusterSchema));
  if (!items.some((one) => one.name === name)) return false;
  const keys = await server.ask(`/clusters/${encodeURIComponent(name)}/keys`, {}, listOf(agentKeySchema));
  return keys.items.some(({ revokedAt }) => revokedAt === undefined);
}

async function revoke({ server }: Context, name: string, { key }: { readonly key?: string }): Promise<string> {
  const path = `/clusters/${encodeURIComponent(name)}/keys`;
  await server.done('DELETE', key === undefined ? path : `${path}/${encodeURIComponent(key)}`);
  return `${key === undefined ? `every key of ${name}` : `key ${key} of ${name}`} is revoked; what it signs goes to quarantine within seconds. \`mosaic clusters add ${name}\` lets the cluster join again`;
}

interface ClusterLine {
  readonly name: string;
  readonly id: string;
  readonly status: string;
  readonly about: string;
}

async function list({ server }: Context, options: ListOptions): Promise<number> {
  const [clusters, joins] = await Promise.all([
    server.ask('/clusters', {}, listOf(clusterSchema)),
    server.ask('/enrolments', {}, listOf(joinTokenSchema)),
  ]);
  const waiting = joins.items.filter(({ state }) => state === 'waiting');
  const rows = [...clusters.items.map(lineOf), ...waiting.map(joinLine)];
  return shown(rows, columns, options, { clusters: clusters.items, joining: waiting });
}

const lineOf = ({ id, name, status, kind, version = '' }: ClusterAnswer): ClusterLine => ({
  ...{ name, id: String(id), status, about: `${kind} ${version}`.trim() },
});
const joinLine = ({ name, expiresAt, by }: JoinTokenAnswer): ClusterLine => ({
  ...{ name, id: '', status: 'to join', about: `until ${atSecond(expiresAt)}, by ${by}` },
});

const columns: readonly Column<ClusterLine>[] = [
  { name: 'name', of: ({ name }) => name },
  { name: 'id', of: ({ id }) => id },
  { name: 'status', of: ({ status }) => status },
  { name: 'about', of: ({ about }) => about },
];
