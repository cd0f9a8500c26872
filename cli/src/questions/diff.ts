// `mosaic diff deploy/checkout --from T1 --to T2`: what differs, field by field.

import { objectDiffSchema } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import { EXIT, Unanswered } from '../exit.ts';
import { type Column, outputNamed } from '../print/answer.ts';
import { printed } from '../print/out.ts';
import { type Paint, paintFor } from '../print/paint.ts';
import {
  asQuestion,
  conclude,
  type QuestionOptions,
  type SpanOptions,
  spanOf,
  tellGaps,
  withSpan,
} from './question.ts';
import { subjectOf } from './subject.ts';

interface DiffOptions extends QuestionOptions, SpanOptions {
  readonly namespace: string;
}

export function diffCommand(): Command {
  const command = new Command('diff')
    .description('what differs in an object between two moments, field by field')
    .argument('<object>', 'kind and name: deploy/checkout')
    .option('-n, --namespace <name>', 'its namespace', 'default')
    .addHelpText('after', EXAMPLES);
  return asQuestion(withSpan(command, 'now-1d'), ask);
}

const EXAMPLES = `
Examples
  mosaic diff deploy/checkout -n shop -c eu-1 --from "yesterday 22:00" --to 03:12
  mosaic diff cm/checkout -n shop --from now-6h -o json`;

type Field = ReturnType<typeof objectDiffSchema.parse>['items'][number];

async function ask(context: Context, words: string, options: DiffOptions): Promise<number> {
  const span = spanOf(context, options);
  const wish = { cluster: options.cluster, namespace: options.namespace };
  const { cluster, uid } = await subjectOf(context, words, { ...wish, ...span });
  const then = await subjectOf(context, words, { ...wish, from: span.from, to: span.from }).catch(nobody);
  if (then !== undefined && then.uid !== uid)
    process.stderr.write(
      `${words} was deleted and made anew in between (uid ${then.uid}, then ${uid}): shown is the newer one\n`,
    );
  const whole = await context.server.ask(
    `/objects/${encodeURIComponent(cluster)}/${uid}/diff`,
    { ...span },
    objectDiffSchema,
  );
  if (outputNamed(options.output) !== 'table' || whole.items.length === 0)
    return conclude(context, options, { rows: whole.items, columns, whole, coverage: whole.coverage });
  printed(diffText(whole.items, paintFor(process.stdout)));
  await tellGaps(context, whole.coverage);
  return EXIT.found;
}

/** There was none then. */
function nobody(error: unknown): undefined {
  if (error instanceof Unanswered && error.code === EXIT.nothing) return undefined;
  throw error;
}

const valueText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

const columns: readonly Column<Field>[] = [
  { name: 'path', of: ({ path }) => path },
  { name: 'op', of: ({ op }) => op },
  { name: 'before', of: ({ before }) => valueText(before) },
  { name: 'after', of: ({ after }) => valueText(after) },
];

/** Each field with what it was and what it became. */
export function diffText(fields: readonly Field[], paint: Paint): string {
  const signed = (sign: string, value: unknown): string =>
    valueText(value)
      .split('\n')
      .map((line) => `  ${sign} ${line}`)
      .join('\n');
  return fields
    .map(({ path, op, before, after }) => {
      const was = op === 'add' ? [] : [paint(signed('-', before), 'red')];
      const is = op === 'remove' ? [] : [paint(signed('+', after), 'green')];
      return `${[paint(path, 'bold'), ...was, ...is].join('\n')}\n`;
    })
    .join('');
}
