// `mosaic users`: who may sign in.

import { listOf, type UserAnswer, userSchema, visitorSchema } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import type { Column } from '../print/answer.ts';
import { asDeed, asList, atSecond, shown } from './listing.ts';
import { passwordFrom, sureUrl } from './password.ts';

interface PasswordOptions {
  readonly passwordFile?: string;
  readonly currentFile?: string;
}

export function usersCommand(): Command {
  const users = asList(
    new Command('users').description('who may sign in').addHelpText('after', EXAMPLES),
    async ({ server }, options) => {
      const whole = await server.ask('/users', {}, listOf(userSchema));
      return shown(whole.items, columns, options, whole);
    },
  );
  return users
    .addCommand(
      asDeed(
        new Command('add')
          .description('make a user; the first one ends that everybody on this machine is administrator')
          .argument('<name>', 'small letters, digits, and . _ @ -')
          .option('--password-file <file>', 'the password (default: typed, or piped in)'),
        add,
      ),
    )
    .addCommand(
      asDeed(
        new Command('remove').description('remove a user, with sessions and tokens').argument('<name>', 'of the user'),
        async ({ server }, name: string) => {
          await server.done('DELETE', `/users/${encodeURIComponent(name)}`);
          return `${name} is removed`;
        },
      ),
    )
    .addCommand(
      asDeed(
        new Command('password')
          .description('set a password; one’s own needs the current one')
          .argument('[name]', 'of the user (default: oneself)')
          .option('--password-file <file>', 'the new password (default: typed)')
          .option('--current-file <file>', 'the current password (default: typed)'),
        setPassword,
      ),
    );
}

const EXAMPLES = `
Examples
  mosaic users
  mosaic users add ada --password-file ada.txt
  mosaic users password ada
  mosaic users remove bob`;

async function add({ server }: Context, name: string, { passwordFile }: PasswordOptions): Promise<string> {
  sureUrl(server.url);
  const password = await passwordFrom(passwordFile, `Password of ${name}: `);
  const user = await server.send('POST', '/users', { name, password }, userSchema);
  return `${user.name} may sign in as ${user.role}`;
}

async function setPassword(
  { server }: Context,
  named: string | undefined,
  { passwordFile, currentFile }: PasswordOptions,
): Promise<string> {
  sureUrl(server.url);
  const visitor = await server.ask('/sessions/current', {}, visitorSchema);
  const name = named ?? visitor.name;
  const isOwn = name === visitor.name;
  const current = isOwn ? await passwordFrom(currentFile, `Current password of ${name}: `) : undefined;
  const password = await passwordFrom(passwordFile, `New password of ${name}: `);
  await server.send(
    'PUT',
    `/users/${encodeURIComponent(name)}/password`,
    { password, ...(isOwn && { current }) },
    userSchema,
  );
  return `the password of ${name} is changed; other sessions have ended`;
}

const columns: readonly Column<UserAnswer>[] = [
  { name: 'name', of: ({ name }) => name },
  { name: 'role', of: ({ role }) => role },
  { name: 'made', of: ({ createdAt }) => atSecond(createdAt) },
  { name: 'password of', of: ({ passwordAt }) => atSecond(passwordAt) },
];
