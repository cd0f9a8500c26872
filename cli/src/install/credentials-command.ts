// `mosaic credentials`: what there is and until when. An exit code says whether something must be done.

import { Command, Option } from 'commander';
import { EXIT, ended, UsageError } from '../exit.ts';
import { type CredentialLine, credentialLines, SOON_DAYS } from './credentials.ts';
import { day } from './init.ts';
import { type InstallOptions, open, withPlace } from './opening.ts';

/** Something is expired, expires soon, or is missing. */
export const EXIT_DUE = 5;

interface CredentialsOptions extends InstallOptions {
  readonly output: 'table' | 'json';
  readonly within: string;
}

export function credentialsCommand(): Command {
  const command = new Command('credentials')
    .description('list what an installation proves itself with: names, ages and ends, never values')
    .addOption(new Option('-o, --output <how>', 'how it is printed').choices(['table', 'json']).default('table'))
    .option('--within <days>', 'what counts as soon', String(SOON_DAYS))
    .addHelpText('after', EXAMPLES);
  return withPlace(command).action((options: CredentialsOptions) => ended(() => run(options)));
}

const EXAMPLES = `
Exit code 0: all is good; ${EXIT_DUE}: something expired, expires soon or is missing; 1 and 2: it could not be looked at.

Examples
  mosaic credentials --context prod
  mosaic credentials --context prod || mosaic rotate due --context prod`;

async function run(options: CredentialsOptions): Promise<number> {
  const soon = Number(options.within);
  if (!(soon >= 0)) throw new UsageError(`--within ${options.within}: expected days`);
  const { installation, close } = await open(options, () => {}, false);
  try {
    const lines = await credentialLines(installation, soon);
    process.stdout.write(options.output === 'json' ? asJson(lines) : asTable(lines, installation.now()));
    return lines.every(({ state }) => state === 'good' || state === 'elsewhere') ? EXIT.found : EXIT_DUE;
  } finally {
    await close();
  }
}

const instant = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

const asJson = (lines: readonly CredentialLine[]): string => {
  const shown = lines.map((line) => ({ ...line, madeAt: instant(line.madeAt), expiresAt: instant(line.expiresAt) }));
  return `${JSON.stringify(shown, undefined, 2)}\n`;
};

function asTable(lines: readonly CredentialLine[], now: number): string {
  const rows = lines.map(({ name, kind, where, madeAt, expiresAt, state, todo }) => {
    const age = madeAt === undefined ? '' : `${Math.max(0, Math.floor((now - madeAt) / 86_400_000))}d`;
    return [name, kind, where, age, expiresAt === undefined ? '' : day(expiresAt), state, todo ?? ''];
  });
  const all = [['NAME', 'KIND', 'SECRET', 'AGE', 'EXPIRES', 'STATE', 'TODO'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
