import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathOf } from './examples.ts';
import { everyCommand } from './exit.ts';
import { playgroundCommand, startCommand } from './index.ts';
import { mosaicProgram } from './program.ts';

const helpOf = (command: ReturnType<typeof startCommand>): string => {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  return help;
};

test('the help of start shows its flags, examples and every setting', () => {
  const help = helpOf(startCommand());
  for (const word of [
    '--port',
    '--reset',
    '--open',
    '--clusters',
    'Examples',
    'MOSAIC_DATA',
    'KAFKA_BROKERS',
    'PLAYGROUND_SEED',
  ])
    expect(help).toContain(word);
});

test('the help of playground shows its flags', () => {
  expect(helpOf(playgroundCommand())).toContain('--seed');
});

/** Nine processes from their sources, on a machine that others use. */
const STARTED = { timeout: 60_000 };

/** As a shell runs it, with nobody to ask. */
function mosaic(...words: readonly string[]) {
  const flags = ['-C', '@mosaic/source', '--disable-warning=ExperimentalWarning'];
  const main = join(import.meta.dirname, 'main.ts');
  const env = { ...process.env, MOSAIC_URL: 'http://127.0.0.1:1', NO_COLOR: '1' };
  return spawnSync(process.execPath, [...flags, main, ...words], { env, encoding: 'utf8' });
}

test.each([
  [['changes', '--nonsense'], 2, "unknown option '--nonsense'"],
  [['nosuch'], 2, "unknown command 'nosuch'"],
  [['changes', '-o', 'xml'], 2, 'Allowed choices are table, wide, json, yaml, csv'],
  [['changes', '--zone', 'Mars/Olympus'], 2, 'there is no such time zone'],
  [['changes', '--from', 'tomorrow'], 2, 'is not an instant'],
  [['top', '--limit', 'abc'], 2, 'expected a whole number'],
  [['at', '--speed', '0', 'now-1h', 'get', 'pods'], 2, '--speed 0'],
  [['changes'], 1, 'no Mosaic answers at http://127.0.0.1:1'],
] as const)('%j ends with %i, and says why on stderr only', STARTED, (words, code, said) => {
  const { status, stdout, stderr } = mosaic(...words);
  expect({ status, stdout }).toEqual({ status: code, stdout: '' });
  expect(stderr).toContain(said);
});

test('help ends with 0', STARTED, () => {
  const { status, stdout } = mosaic('--help');
  expect(status).toBe(0);
  expect(stdout).toContain('Asking about any moment:');
});

test('every command shows an example of itself', () => {
  const silent = everyCommand(mosaicProgram()).filter(
    (command) => !new RegExp(`^Examples\n(.*\n)*  mosaic ${pathOf(command)}`, 'm').test(helpOf(command)),
  );
  expect(silent.map(pathOf)).toEqual([]);
});

test('an example names flags that there are', () => {
  const wrong = everyCommand(mosaicProgram()).flatMap((command) => {
    const flags = command.options.map(({ long }) => long);
    const own = new RegExp(`^  mosaic ${pathOf(command)}(?= |$).*$`, 'gm');
    const lines = command.commands.length > 0 ? [] : (helpOf(command).match(own) ?? []);
    return lines.flatMap((line) =>
      [...line.replace(/ [|&>] .*/, '').matchAll(/ (--[a-z-]+)/g)].flatMap(([, flag = '']) =>
        flags.includes(flag) || command.name() === 'at' ? [] : [`${line}: ${flag}`],
      ),
    );
  });
  expect(wrong).toEqual([]);
});
