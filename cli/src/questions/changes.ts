// `mosaic changes`: what changed, by whom, newest first.

import { type ChangeAnswer, changeSchema, listOf } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import type { Column } from '../print/answer.ts';
import { asQuestion, conclude, type QuestionOptions, type SpanOptions, shownAt, spanOf, withSpan } from './question.ts';

interface ChangesOptions extends QuestionOptions, SpanOptions {
  readonly namespace?: string;
  readonly kind?: string;
  readonly by?: string;
  readonly workload?: string;
  readonly severity?: string;
  readonly limit: string;
}

export function changesCommand(): Command {
  const command = new Command('changes')
    .description('what changed, by whom, newest first')
    .option('-n, --namespace <name>', 'only this namespace')
    .option('--kind <kind>', 'only objects of this kind: Deployment')
    .option('--by <who>', 'only what this manager or user did')
    .option('--workload <name>', 'the topmost owner: Deployment/checkout')
    .option(
      '--severity <n>',
      'from 0 routine, 1 worth knowing, 2 deploys and configuration, to 3 broke or deleted by hand',
    )
    .option('--limit <n>', 'at most so many', '100')
    .addHelpText('after', EXAMPLES);
  return asQuestion(withSpan(command, 'now-1h'), ask);
}

const EXAMPLES = `
Examples
  mosaic changes --from "yesterday 22:00" --to "yesterday 23:30" -n shop
  mosaic changes --from now-6h --severity 2 -o csv > deploys.csv
  mosaic changes --by argocd-controller --kind Deployment`;

const answer = listOf(changeSchema);

async function ask(context: Context, options: ChangesOptions): Promise<number> {
  const { cluster, namespace, kind, by, workload, severity, limit } = options;
  const wish = { cluster, namespace, kind, actor: by, workload, minSeverity: severity, limit };
  const whole = await context.server.ask('/changes', { ...wish, ...spanOf(context, options) }, answer);
  if (whole.next !== undefined)
    process.stderr.write(`only the newest ${whole.items.length}; --limit or a shorter span shows others\n`);
  return conclude(context, options, {
    rows: whole.items,
    columns: columnsIn(context),
    whole,
    coverage: whole.coverage,
  });
}

const columnsIn = (context: Context): readonly Column<ChangeAnswer>[] => [
  { name: 'time', of: ({ at }) => shownAt(context, at) },
  { name: 'cluster', of: ({ clusterName }) => clusterName },
  { name: 'namespace', of: ({ namespace }) => namespace },
  { name: 'object', of: ({ kind, name }) => `${kind}/${name}` },
  { name: 'what', of: ({ summary }) => summary },
  { name: 'by', of: ({ actor }) => actor },
  { name: 'severity', of: ({ severity }) => String(severity), wide: true },
  { name: 'version', of: ({ resourceVersion }) => resourceVersion, wide: true },
  { name: 'fields', of: ({ fields }) => fields.join(' '), wide: true },
];
