// `mosaic audit`: what was done by whom; `mosaic audit verify`: whether the record of it is whole.

import { type AuditEntry, auditEntrySchema, auditVerdictSchema, listOf } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import { type CommonOptions, contextOf, withCommon } from '../ask/common.ts';
import { EXIT, ended } from '../exit.ts';
import type { Column } from '../print/answer.ts';
import { asList, atSecond, type ListOptions, shown } from './listing.ts';

interface AuditOptions extends ListOptions {
  readonly from: string;
  readonly to: string;
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly limit: string;
}

export function auditCommand(): Command {
  const command = new Command('audit')
    .description('what was done by whom: sign-ins, refusals, changes, exports; newest first')
    .option('--from <instant>', 'beginning: RFC 3339, now-6h, "yesterday 03:12"', 'now-1d')
    .option('--to <instant>', 'end', 'now')
    .option('--actor <name>', 'only what this user did')
    .option('--action <name>', 'only this, user.create, or all of a kind, user')
    .option('--target <text>', 'a part of what it was about')
    .option('--limit <n>', 'at most so many', '100')
    .addHelpText('after', EXAMPLES);
  return asList<AuditOptions>(command, list).addCommand(verifyCommand());
}

const EXAMPLES = `
Examples
  mosaic audit --from now-7d --action session
  mosaic audit --actor ada --target eu-1 -o json
  mosaic audit verify                        ends with 1 when an entry was changed or is missing`;

async function list({ server, instant }: Context, options: AuditOptions): Promise<number> {
  const { actor, action, target, limit } = options;
  const span = { from: new Date(instant(options.from)).toISOString(), to: new Date(instant(options.to)).toISOString() };
  const whole = await server.ask('/audit', { ...span, actor, action, target, limit }, listOf(auditEntrySchema));
  return shown(whole.items, columns, options, whole);
}

const columns: readonly Column<AuditEntry>[] = [
  { name: 'at', of: ({ at }) => atSecond(at) },
  { name: 'actor', of: ({ actor }) => actor },
  { name: 'action', of: ({ action }) => action },
  { name: 'target', of: ({ target }) => target },
  { name: 'result', of: ({ result }) => result },
  { name: 'request', of: ({ request = '' }) => request, wide: true },
  { name: 'entry', of: ({ writer, n }) => `${writer.slice(0, 8)} ${n}`, wide: true },
];

function verifyCommand(): Command {
  const command = new Command('verify').description('read the whole audit: was an entry changed, is one missing');
  return withCommon(command).action((options: CommonOptions) => ended(() => verify(contextOf(options))));
}

async function verify({ server }: Context): Promise<number> {
  const { isWhole, entries, writers, faults } = await server.ask('/audit/verify', {}, auditVerdictSchema);
  for (const { writer, n, reason } of faults) process.stdout.write(`process ${writer}, entry ${n}: ${reason}\n`);
  process.stdout.write(`${entries} entries of ${writers} processes: ${isWhole ? 'whole' : 'NOT whole'}\n`);
  return isWhole ? EXIT.found : EXIT.error;
}
