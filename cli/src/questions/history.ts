// `mosaic history deploy/checkout`: its revisions, newest first.

import { listOf, type RevisionAnswer, revisionSchema } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import type { Column } from '../print/answer.ts';
import { asQuestion, conclude, type QuestionOptions, type SpanOptions, shownAt, spanOf, withSpan } from './question.ts';
import { subjectOf } from './subject.ts';

interface HistoryOptions extends QuestionOptions, SpanOptions {
  readonly namespace: string;
  readonly limit: string;
}

export function historyCommand(): Command {
  const command = new Command('history')
    .description('the revisions of an object, newest first, deleted ones included')
    .argument('<object>', 'kind and name: deploy/checkout')
    .option('-n, --namespace <name>', 'its namespace', 'default')
    .option('--limit <n>', 'at most so many', '100')
    .addHelpText('after', EXAMPLES);
  return asQuestion(withSpan(command, 'now-1d'), ask);
}

const EXAMPLES = `
Examples
  mosaic history deploy/checkout -n shop -c eu-1
  mosaic history pod/checkout-7d9f8-x2x -n shop --from "tuesday 14:05" -o wide`;

const answer = listOf(revisionSchema);

async function ask(context: Context, words: string, options: HistoryOptions): Promise<number> {
  const span = spanOf(context, options);
  const { cluster, uid } = await subjectOf(context, words, {
    cluster: options.cluster,
    namespace: options.namespace,
    ...span,
  });
  const path = `/objects/${encodeURIComponent(cluster)}/${uid}/history`;
  const whole = await context.server.ask(path, { ...span, limit: options.limit }, answer);
  return conclude(context, options, {
    rows: whole.items,
    columns: columnsIn(context),
    whole,
    coverage: whole.coverage,
  });
}

const columnsIn = (context: Context): readonly Column<RevisionAnswer>[] => [
  { name: 'time', of: ({ at }) => shownAt(context, at) },
  { name: 'version', of: ({ resourceVersion }) => resourceVersion },
  { name: 'op', of: ({ op }) => op },
  { name: 'what', of: ({ summary }) => summary },
  { name: 'by', of: ({ actor }) => actor ?? '' },
  { name: 'fields', of: ({ diff }) => diff.map(({ path }) => path).join(' '), wide: true },
];
