// `mosaic tokens`: API tokens of whoever asks, for programs and for kubectl.

import { type ApiTokenAnswer, apiTokenSchema, listOf } from '@mosaic/wire';
import { Command } from 'commander';
import { EXIT, Unanswered } from '../exit.ts';
import type { Column } from '../print/answer.ts';
import { asDeed, asList, atSecond, shown } from './listing.ts';

export function tokensCommand(): Command {
  const tokens = asList(
    new Command('tokens').description('your API tokens').addHelpText('after', EXAMPLES),
    async ({ server }, options) => {
      const whole = await server.ask('/tokens', {}, listOf(apiTokenSchema));
      return shown(whole.items, columns, options, whole);
    },
  );
  return tokens
    .addCommand(
      asDeed(
        new Command('add')
          .description('make a token; it is printed once and kept nowhere')
          .argument('<name>', 'what it is for')
          .option('--days <n>', 'how long it holds', '90'),
        async ({ server }, name: string, { days }: { readonly days: string }) => {
          const { token } = await server.send('POST', '/tokens', { name, days: Number(days) }, apiTokenSchema);
          if (token === undefined) throw new Unanswered('the server told no token', EXIT.error);
          return token;
        },
      ),
    )
    .addCommand(
      asDeed(
        new Command('remove').description('end a token now').argument('<id>', 'its id, or its first characters'),
        async ({ server }, wish: string) => {
          const { items } = await server.ask('/tokens', {}, listOf(apiTokenSchema));
          const found = items.filter(({ id, prefix }) => id === wish || id.startsWith(wish) || prefix === wish);
          const [one, ...others] = found;
          if (one === undefined || others.length > 0)
            throw new Unanswered(`${found.length} of your tokens are ${wish}`, EXIT.nothing);
          await server.done('DELETE', `/tokens/${one.id}`);
          return `${one.prefix}… (${one.name}) is refused from now on`;
        },
      ),
    );
}

const EXAMPLES = `
Examples
  mosaic tokens
  (umask 077; mosaic tokens add ci --days 30 > token)      then MOSAIC_TOKEN_FILE=token
  mosaic tokens remove mat_4fGh2k`;

const columns: readonly Column<ApiTokenAnswer>[] = [
  { name: 'token', of: ({ prefix }) => `${prefix}…` },
  { name: 'name', of: ({ name }) => name },
  { name: 'made', of: ({ createdAt }) => atSecond(createdAt) },
  { name: 'last used', of: ({ lastUsedAt }) => atSecond(lastUsedAt) || 'never' },
  { name: 'ends', of: ({ expiresAt }) => atSecond(expiresAt) },
  { name: 'id', of: ({ id }) => id, wide: true },
];
