// Lists of people, tokens, clusters and deeds: printed as every other answer.

import { type Command, Option } from 'commander';
import { type CommonOptions, type Context, contextOf, withCommon } from '../ask/common.ts';
import { EXIT, ended } from '../exit.ts';
import { answerText, type Column, OUTPUTS, outputNamed } from '../print/answer.ts';
import { printed } from '../print/out.ts';

export interface ListOptions extends CommonOptions {
  readonly output: string;
}

/** A command that prints a list. */
export const asList = <O extends ListOptions>(
  command: Command,
  list: (context: Context, options: O) => Promise<number>,
): Command =>
  withCommon(command)
    .addOption(new Option('-o, --output <form>', OUTPUTS.join(', ')).default('table'))
    .action((options: O) => ended(() => list(contextOf(options), options)));

/** A command that does something and says so in a line. */
export const asDeed = <A extends readonly unknown[]>(
  command: Command,
  act: (context: Context, ...told: A) => Promise<string>,
): Command =>
  withCommon(command).action((...told: readonly unknown[]) => {
    const given = told.slice(0, -1) as unknown as A; // commander: arguments, options, the command itself
    return ended(async () => {
      process.stdout.write(`${await act(contextOf(given.at(-1) as CommonOptions), ...given)}\n`);
      return EXIT.found;
    });
  });

export function shown<R>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  { output }: ListOptions,
  whole: unknown,
): number {
  const form = outputNamed(output);
  if (rows.length > 0 || form === 'json' || form === 'csv') printed(answerText(rows, columns, form, whole));
  if (rows.length === 0 && form === 'table') process.stderr.write('nothing found\n');
  return rows.length === 0 ? EXIT.nothing : EXIT.found;
}

/** To the second, as it was told: in UTC. */
export const atSecond = (instant: string | undefined): string =>
  instant === undefined ? '' : instant.replace(/\.\d+Z$/, 'Z').replace('T', ' ');
