// `mosaic report`: what ran, what changed and by whom in a span, as one signed file; `report verify` checks it, `report key` prints the key.

import { REPORT_FORMATS, reportKeySchema } from '@mosaic/wire';
import { inFull } from '@mosaic/wire/written';
import { Command, Option } from 'commander';
import { type CommonOptions, contextOf, withCommon } from '../ask/common.ts';
import { EXIT, ended } from '../exit.ts';
import { type SpanOptions, spanOf, withSpan } from '../questions/question.ts';
import { downloaded, sizeText } from './download.ts';
import { verifyCommand } from './verify-command.ts';

interface ReportOptions extends CommonOptions, SpanOptions {
  readonly namespace?: string;
  readonly cluster?: string;
  readonly format: string;
  readonly severity?: string;
  readonly output?: string;
}

export function reportCommand(): Command {
  const command = new Command('report')
    .description('the audit report of a span as one signed file: what ran, what changed, by whom, what was not watched')
    .option('-n, --namespace <name>', 'only this namespace')
    .option('-c, --cluster <name>', 'only this cluster')
    .option('--severity <n>', 'only changes that weigh so much: 1 worth knowing, 2 deploys and configuration, 3 broke')
    .addOption(new Option('--format <form>', 'of the file').choices(REPORT_FORMATS).default('html'))
    .option(
      '-o, --output <file>',
      'where to; - is stdout (default: a file named by the span; stdout where that is piped)',
    )
    .addHelpText('after', EXAMPLES)
    .addCommand(verifyCommand())
    .addCommand(keyCommand());
  return withCommon(withSpan(command, 'now-1d')).action((options: ReportOptions) => ended(() => run(options)));
}

const EXAMPLES = `
Examples
  mosaic report --from "tuesday 00:00" --to "wednesday 00:00" -n shop
  mosaic report --from now-7d -c eu-1 --format csv -o week.csv
  mosaic report verify week.csv                        0: as it was signed, 1: not, and what is not
  mosaic report key > mosaic-key.json                  give it to who checks reports elsewhere: verify --key`;

async function run({ namespace, cluster, format, severity, output, ...common }: ReportOptions): Promise<number> {
  const context = contextOf(common);
  const span = spanOf(context, common);
  const response = await context.server.open('/report', { ...span, namespace, cluster, format, minSeverity: severity });
  const isPiped = output === '-' || (output === undefined && process.stdout.isTTY !== true);
  const file = isPiped ? undefined : (output ?? fileNameIn(response) ?? `mosaic-report.${format}`);
  const { bytes, seal } = await downloaded(response, file);
  const rowsOf = (section: string): number => seal.parts.find((part) => part.section === section)?.rows ?? 0;
  const gaps = rowsOf('gaps');
  process.stderr.write(
    [
      `${file ?? 'report'}: ${sizeText(bytes)}, ${rowsOf('changes')} changes, ${rowsOf('workloads')} workloads, ${rowsOf('pods')} pods`,
      `  ${inFull(Date.parse(span.from), context.zone)} – ${inFull(Date.parse(span.to), context.zone)}`,
      `  signed with key ${seal.keyId}${gaps === 0 ? '' : `; ${gaps} ${gaps === 1 ? 'gap' : 'gaps'} in what was watched`}`,
      '',
    ].join('\n'),
  );
  return EXIT.found;
}

const fileNameIn = ({ headers }: Response): string | undefined =>
  /filename="([\w.-]+)"/.exec(headers.get('content-disposition') ?? '')?.[1];

function keyCommand(): Command {
  const command = new Command('key')
    .description('print the key that this Mosaic signs reports with')
    .option('--pem', 'in PEM, as openssl reads it')
    .addHelpText(
      'after',
      '\nExamples\n  mosaic report key --pem > mosaic.pem && mosaic report verify report.html --key mosaic.pem',
    );
  return withCommon(command).action((options: CommonOptions & { readonly pem?: boolean }) =>
    ended(async () => {
      const key = await contextOf(options).server.ask('/report/key', {}, reportKeySchema);
      process.stdout.write(options.pem === true ? key.pem : `${JSON.stringify(key, null, 2)}\n`);
      return EXIT.found;
    }),
  );
}
