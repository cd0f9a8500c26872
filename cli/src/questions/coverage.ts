// `mosaic coverage`: what was seen of a span, by cluster, source and signal, and what was not.

import { type CoverageReport, coverageReportSchema } from '@mosaic/wire';
import { Command } from 'commander';
import type { Context } from '../ask/common.ts';
import { EXIT } from '../exit.ts';
import type { Column } from '../print/answer.ts';
import { asQuestion, conclude, type QuestionOptions, type SpanOptions, shownAt, spanOf, withSpan } from './question.ts';

interface CoverageOptions extends QuestionOptions, SpanOptions {
  readonly signal?: string;
}

export function coverageCommand(): Command {
  const command = new Command('coverage')
    .description('what was seen, by cluster, source and signal, and what was not, with the reason')
    .option('--signal <name>', 'objects, events, logs, metrics, connections')
    .addHelpText('after', EXAMPLES);
  return asQuestion(withSpan(command, 'now-1d'), ask);
}

const EXAMPLES = `
Examples
  mosaic coverage --from "yesterday 00:00" -c eu-1
  mosaic coverage --signal logs || echo "not everything was seen"     ends with 4 when there are gaps`;

async function ask(context: Context, options: CoverageOptions): Promise<number> {
  const { cluster, signal } = options;
  const whole = await context.server.ask(
    '/coverage',
    { cluster, signal, ...spanOf(context, options) },
    coverageReportSchema,
  );
  const code = await conclude(context, options, {
    rows: whole.items,
    columns: columnsIn(context),
    whole,
    coverage: whole.coverage,
  });
  return code === EXIT.found && !whole.coverage.complete ? EXIT.notCovered : code;
}

const columnsIn = (context: Context): readonly Column<CoverageReport['items'][number]>[] => {
  const spans = (all: readonly { readonly from: string; readonly to: string; readonly reason?: string }[]): string =>
    all
      .map(
        ({ from, to, reason }) =>
          `${shownAt(context, from)} – ${shownAt(context, to)}${reason === undefined ? '' : ` (${reason})`}`,
      )
      .join('; ');
  return [
    { name: 'cluster', of: ({ clusterName }) => clusterName },
    { name: 'source', of: ({ source }) => source },
    { name: 'signal', of: ({ signal }) => signal },
    { name: 'kind', of: ({ kind }) => kind ?? '' },
    { name: 'covered', of: ({ covered }) => spans(covered) },
    { name: 'gaps', of: ({ gaps }) => spans(gaps) },
  ];
};
