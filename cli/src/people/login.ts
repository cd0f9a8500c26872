// `mosaic login`: an API token for this machine, kept where only its owner may read. `mosaic logout` ends it.

import { hostname, userInfo } from 'node:os';
import { apiTokenSchema, sessionSchema, visitorSchema } from '@mosaic/wire';
import { Command } from 'commander';
import { type CommonOptions, contextOf, withCommon } from '../ask/common.ts';
import { type Server, server, serverUrl } from '../ask/server.ts';
import { EXIT, ended, UsageError } from '../exit.ts';
import { passwordFrom, sureUrl } from './password.ts';
import { forget, keep, tokenFor } from './token.ts';

interface LoginOptions extends CommonOptions {
  readonly name: string;
  readonly passwordFile?: string;
  readonly days: string;
}

const MOST_DAYS = 3_650;

export function loginCommand(): Command {
  const command = new Command('login')
    .description('sign in, and keep an API token for the questions this machine asks')
    .option('-n, --name <name>', 'of the user', 'admin')
    .option('--password-file <file>', 'the password (default: typed, or piped in)')
    .option('--days <n>', 'how long the token holds', '90')
    .addHelpText('after', EXAMPLES);
  return withCommon(command).action((options: LoginOptions) => ended(() => login(options)));
}

const EXAMPLES = `
The token is kept in ~/.config/mosaic/tokens (0600), a file per server; the password is not.
Other ways to say who asks: --token-file FILE, or MOSAIC_TOKEN_FILE.

Examples
  mosaic login --server https://mosaic.example
  kubectl -n mosaic get secret mosaic-admin -o jsonpath={.data.password} | base64 -d | mosaic login`;

async function login({ name, passwordFile, days, ...common }: LoginOptions): Promise<number> {
  const url = sureUrl(serverUrl(common.server));
  const life = Number(days);
  if (!(life > 0 && life <= MOST_DAYS)) throw new UsageError(`--days ${days}: expected a number up to ${MOST_DAYS}`);
  const password = await passwordFrom(passwordFile, `Password of ${name} at ${url}: `);
  const asUser = await signedIn(url, name, password);
  const label = `mosaic login, ${userInfo().username} on ${hostname()}`.slice(0, 100);
  const made = await asUser.send('POST', '/tokens', { name: label, days: life }, apiTokenSchema);
  await asUser.done('DELETE', '/sessions/current');
  const path = keep(url, made.token ?? '');
  process.stdout.write(
    `signed in at ${url} as ${made.user} until ${made.expiresAt.slice(0, 10)}; the token is in ${path}\n`,
  );
  return EXIT.found;
}

/** As this user, until `DELETE /sessions/current`. */
export async function signedIn(url: string, name: string, password: string): Promise<Server> {
  const open = server(url, fetch);
  const { token = '' } = await open.send('POST', '/sessions', { name, password, bearer: true }, sessionSchema);
  return server(url, bearing(token));
}

const bearing =
  (token: string): typeof fetch =>
  (input, init) =>
    fetch(input, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } });

export function logoutCommand(): Command {
  const command = new Command('logout').description('end the token that mosaic login kept, and forget it');
  return withCommon(command).action((options: CommonOptions) => ended(() => logout(options)));
}

async function logout(options: CommonOptions): Promise<number> {
  const { server: asked } = contextOf(options);
  const token = tokenFor(asked.url);
  if (token === undefined) {
    process.stderr.write(`nobody is signed in at ${asked.url}\n`);
    return EXIT.nothing;
  }
  forget(asked.url);
  await server(asked.url, bearing(token.text)).done('DELETE', '/tokens/current');
  process.stdout.write(`signed out at ${asked.url}\n`);
  return EXIT.found;
}

export function whoamiCommand(): Command {
  const command = new Command('whoami').description('who this machine is to Mosaic');
  return withCommon(command).action((options: CommonOptions) =>
    ended(async () => {
      const { server: asked } = contextOf(options);
      const { name, role, via } = await asked.ask('/sessions/current', {}, visitorSchema);
      process.stdout.write(
        via === 'loopback' ? `${name}: there are no users at ${asked.url}\n` : `${name} (${role}), by a ${via}\n`,
      );
      return EXIT.found;
    }),
  );
}
