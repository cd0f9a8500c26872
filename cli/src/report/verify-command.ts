// `mosaic report verify FILE`: whole and by whom, or what was altered.

import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { type CommonOptions, contextOf, withCommon } from '../ask/common.ts';
import { EXIT, ended, UsageError } from '../exit.ts';
import { fingerprintOf, signerOf } from './signer.ts';
import { verifyReport } from './verify.ts';

interface VerifyOptions extends CommonOptions {
  readonly key?: string;
  readonly output: 'text' | 'json' | 'yaml';
}

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('check the signature of a report and the hash of every row; names what was altered')
    .argument('<file>', 'a report in any format')
    .option(
      '--key <key>',
      'who must have signed it: a file of the key, or its fingerprint (default: the Mosaic that answers)',
    )
    .addOption(new Option('-o, --output <form>', 'of the verdict').choices(['text', 'json', 'yaml']).default('text'))
    .addHelpText('after', EXAMPLES);
  return withCommon(command).action((file: string, options: VerifyOptions) => ended(() => run(file, options)));
}

const EXAMPLES = `
Ends with 0 when the file is as it was signed, with 1 when it is not or another key signed it, with 2 when it cannot be checked.

Examples
  mosaic report verify week.html
  mosaic report verify week.csv --key mosaic-key.json
  mosaic report verify week.json --key 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`;

async function run(file: string, { key, output, ...common }: VerifyOptions): Promise<number> {
  if (!existsSync(file)) throw new UsageError(`${file}: there is no such file`);
  const { findings, seal, rows } = await verifyReport(file);
  const signer = seal && (await signerOf(contextOf(common), seal, key));
  const isWhole = findings.length === 0 && signer?.known !== 'no';
  if (output === 'text') process.stdout.write(verdictText(file, findings, seal && fingerprintOf(seal), rows));
  else {
    const told = {
      file,
      whole: findings.length === 0,
      rows,
      findings,
      signer: seal && { ...signer, key: fingerprintOf(seal) },
    };
    process.stdout.write(output === 'json' ? `${JSON.stringify(told, null, 2)}\n` : stringify(told));
  }
  if (signer !== undefined && signer.known !== 'yes') process.stderr.write(`mosaic: ${signer.words}\n`);
  else if (signer !== undefined && output === 'text' && isWhole) process.stdout.write(`  ${signer.words}\n`);
  return isWhole ? EXIT.found : EXIT.error;
}

function verdictText(file: string, findings: readonly string[], key: string | undefined, rows: number): string {
  const signed = key === undefined ? '' : `  key ${key}\n`;
  if (findings.length === 0) return `${file}: whole, ${rows} rows as they were signed\n${signed}`;
  return `${file}: NOT as it was signed\n${findings.map((finding) => `  ${finding}\n`).join('')}${signed}`;
}
