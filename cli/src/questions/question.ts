// What the questions share: their flags, how gaps are told, and the code they end with.

import type { CoverageAnswer } from '@mosaic/wire';
import { withOffset } from '@mosaic/wire/written';
import { type Command, Option } from 'commander';
import { clusterNames } from '../ask/clusters.ts';
import { type CommonOptions, type Context, contextOf, withCommon } from '../ask/common.ts';
import { EXIT, ended, UsageError } from '../exit.ts';
import { answerText, type Column, OUTPUTS, outputNamed } from '../print/answer.ts';
import { printed } from '../print/out.ts';

export interface QuestionOptions extends CommonOptions {
  readonly output: string;
  readonly cluster?: string;
}

export interface SpanOptions {
  readonly from: string;
  readonly to: string;
}

/** Flags of every question, and its end. */
export function asQuestion<A extends readonly unknown[]>(
  command: Command,
  ask: (context: Context, ...told: A) => Promise<number>,
): Command {
  return withCommon(command)
    .addOption(new Option('-o, --output <form>', 'how it is written').choices(OUTPUTS).default('table'))
    .option('-c, --cluster <name>', 'only this cluster')
    .action((...told: readonly unknown[]) => {
      const given = told.slice(0, -1) as unknown as A; // commander: arguments, options, the command itself
      return ended(() => ask(contextOf(given.at(-1) as CommonOptions), ...given));
    });
}

export const withSpan = (command: Command, from: string): Command =>
  command
    .option('--from <instant>', 'beginning: RFC 3339, now-6h, "yesterday 03:12", 03:12', from)
    .option('--to <instant>', 'end', 'now');

export interface AskedSpan {
  readonly from: string;
  readonly to: string;
}

/** As the API reads them. Throws `UsageError` when the end is before the beginning. */
export function spanOf({ instant, zone }: Context, { from, to }: SpanOptions): AskedSpan {
  const [begin, end] = [instant(from), instant(to)];
  if (begin > end) throw new UsageError(`--from ${withOffset(begin, zone)} is after --to ${withOffset(end, zone)}`);
  return { from: new Date(begin).toISOString(), to: new Date(end).toISOString() };
}

/** An API's instant in the asker's zone. */
export const shownAt = ({ zone }: Context, at: string): string =>
  withOffset(Math.floor(Date.parse(at) / 1000) * 1000, zone).replace('T', ' ');

export interface Told<R> {
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly whole: unknown;
  readonly coverage: CoverageAnswer;
}

/** Prints it, gaps on stderr. Nothing within a gap is not nothing: it is not known. */
export async function conclude<R>(
  context: Context,
  { output }: Pick<QuestionOptions, 'output'>,
  told: Told<R>,
): Promise<number> {
  const form = outputNamed(output);
  if (told.rows.length > 0 || form === 'json' || form === 'yaml' || form === 'csv')
    printed(answerText(told.rows, told.columns, form, told.whole, screenColumns()));
  await tellGaps(context, told.coverage);
  if (told.rows.length > 0) return EXIT.found;
  if (told.coverage.complete && form === 'table') process.stderr.write('nothing found\n');
  return told.coverage.complete ? EXIT.nothing : EXIT.notCovered;
}

const screenColumns = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

export async function tellGaps(context: Context, { gaps }: CoverageAnswer): Promise<void> {
  if (gaps.length === 0) return;
  const names = await clusterNames(context.server);
  for (const { cluster, signal, kind, from, to, reason } of gaps) {
    const what = kind === undefined || kind === '' ? signal : kind;
    const when =
      from === to ? `at ${shownAt(context, from)}` : `from ${shownAt(context, from)} to ${shownAt(context, to)}`;
    process.stderr.write(`not covered: ${what} of ${names.get(cluster) ?? `cluster ${cluster}`} ${when} (${reason})\n`);
  }
}
