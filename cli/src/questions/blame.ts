// `mosaic blame deploy/checkout --at T`: who set each field, when, by which manager and action.

import { type BlameAnswer, blameSchema } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import type { Column } from '../print/answer.ts';
import { asQuestion, conclude, type QuestionOptions, shownAt } from './question.ts';
import { subjectOf } from './subject.ts';

interface BlameOptions extends QuestionOptions {
  readonly namespace: string;
  readonly at: string;
}

export function blameCommand(): Command {
  const command = new Command('blame')
    .description('who set each field of an object, when, and by which manager')
    .argument('<object>', 'kind and name: deploy/checkout')
    .option('-n, --namespace <name>', 'its namespace', 'default')
    .option('--at <instant>', 'the moment: RFC 3339, now-6h, "yesterday 03:12", 03:12', 'now')
    .addHelpText('after', EXAMPLES);
  return asQuestion(command, ask);
}

const EXAMPLES = `
Examples
  mosaic blame deploy/checkout -n shop -c eu-1 --at "yesterday 03:12"
  mosaic blame deploy/checkout -n shop -o csv | grep image

≤ before a time: what is kept begins with this value, so it was set then or before.
Kubernetes keeps a manager with each field and no user; the action is what the manager or the object itself tells.`;

async function ask(context: Context, words: string, options: BlameOptions): Promise<number> {
  const at = new Date(context.instant(options.at)).toISOString();
  const { cluster, uid } = await subjectOf(context, words, {
    cluster: options.cluster,
    namespace: options.namespace,
    from: at,
    to: at,
  });
  const whole = await context.server.ask(`/objects/${encodeURIComponent(cluster)}/${uid}/blame`, { at }, blameSchema);
  return conclude(context, options, {
    rows: whole.items,
    columns: columnsIn(context),
    whole,
    coverage: whole.coverage,
  });
}

type Line = BlameAnswer['items'][number];
const timeOf = (context: Context, { at }: Line): string => (at === undefined ? '' : shownAt(context, at));

export const columnsIn = (context: Context): readonly Column<Line>[] => [
  { name: 'field', of: ({ path }) => path },
  { name: 'value', of: ({ value }) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')) },
  { name: 'manager', of: ({ manager }) => manager },
  {
    name: 'time',
    of: (line) => (line.orBefore === true ? `≤ ${timeOf(context, line)}` : timeOf(context, line)),
    raw: (line) => timeOf(context, line),
  },
  { name: 'operation', of: ({ operation }) => operation ?? '', wide: true },
  { name: 'or before', of: ({ orBefore }) => (orBefore === true ? 'yes' : ''), wide: true },
  { name: 'subresource', of: ({ subresource }) => subresource ?? '', wide: true },
  { name: 'action', of: ({ action }) => action ?? '' },
];
