// `mosaic log checkout -n shop`: stored lines of all pods of a workload, merged in time order.

import { type LogLineAnswer, logsSchema } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import { EXIT } from '../exit.ts';
import { type Column, outputNamed } from '../print/answer.ts';
import { printed } from '../print/out.ts';
import { type Paint, paintFor } from '../print/paint.ts';
import {
  asQuestion,
  conclude,
  type QuestionOptions,
  type SpanOptions,
  shownAt,
  spanOf,
  tellGaps,
  withSpan,
} from './question.ts';

interface LogOptions extends QuestionOptions, SpanOptions {
  readonly namespace?: string;
  readonly container?: string;
  readonly level?: string;
  readonly grep?: string;
  readonly regex?: string;
  readonly tail: string;
  readonly previous?: boolean;
}

export function logCommand(): Command {
  const command = new Command('log')
    .description('stored lines of a workload or pod, of all its pods, deleted ones included')
    .argument('[what]', 'checkout, Deployment/checkout or pod/checkout-7d9f8-x2x; everything when absent')
    .option('-n, --namespace <name>', 'only this namespace')
    .option('--container <name>', 'only this container')
    .option('--level <list>', 'only these levels: error,fatal')
    .option('--grep <text>', 'only lines with this text, in any case')
    .option('--regex <pattern>', 'only lines that match (RE2: linear time)')
    .option('--tail <n>', 'the newest so many lines', '200')
    .option('--previous', 'of containers before their last restart')
    .addHelpText('after', EXAMPLES);
  return asQuestion(withSpan(command, 'now-1h'), ask);
}

const EXAMPLES = `
Examples
  mosaic log checkout -n shop -c eu-1 --from "yesterday 03:00" --to "yesterday 03:15" --level error,fatal
  mosaic log pod/checkout-7d9f8-x2x -n shop --previous
  mosaic log -n shop --grep timeout -o json`;

async function ask(context: Context, what: string | undefined, options: LogOptions): Promise<number> {
  const { cluster, namespace, container, level, grep, regex, tail, previous } = options;
  const wish = {
    cluster,
    namespace,
    container,
    level,
    q: grep,
    regex,
    tail,
    ...(previous === true && { previous: 'true' }),
  };
  const whole = await context.server.ask('/logs', { ...wish, ...whose(what), ...spanOf(context, options) }, logsSchema);
  const isPlain = outputNamed(options.output) === 'table' && whole.items.length > 0;
  if (!isPlain)
    return conclude(context, options, {
      rows: whole.items,
      columns: columnsIn(context),
      whole,
      coverage: whole.coverage,
    });
  const paint = paintFor(process.stdout);
  const shown = process.stdout.isTTY ? harmless : (text: string) => text;
  printed(whole.items.map((line) => lineText(context, { ...line, line: shown(line.line) }, paint)).join(''));
  await tellGaps(context, whole.coverage);
  return EXIT.found;
}

function whose(what: string | undefined): { readonly pod?: string; readonly workload?: string } {
  if (what === undefined) return {};
  const pod = /^pods?\/(.+)$/.exec(what)?.[1];
  return pod === undefined ? { workload: what } : { pod };
}

/** A terminal gets the colours of a line, and nothing that moves its cursor, writes its title or rings. */
export const harmless = (line: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes that terminals know
  line.replaceAll(/\u001b\[[0-9;]*m|([^\P{Cc}\t])/gu, (kept, control: string | undefined) =>
    control === undefined ? kept : '\ufffd',
  );

const LOUD = new Set(['error', 'fatal']);

function lineText(context: Context, { at, pod, container, level, line }: LogLineAnswer, paint: Paint): string {
  const head = `${shownAt(context, at)} ${pod}/${container}`;
  return `${paint(head, 'dim')} ${LOUD.has(level) ? paint(line, 'red') : level === 'warn' ? paint(line, 'yellow') : line}\n`;
}

const columnsIn = (context: Context): readonly Column<LogLineAnswer>[] => [
  { name: 'time', of: ({ at }) => shownAt(context, at) },
  { name: 'namespace', of: ({ namespace }) => namespace },
  { name: 'pod', of: ({ pod }) => pod },
  { name: 'container', of: ({ container }) => container },
  { name: 'level', of: ({ level }) => level },
  { name: 'line', of: ({ line }) => line },
];
