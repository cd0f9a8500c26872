import { expect, test } from 'vitest';
import { playgroundCommand, startCommand } from './index.ts';

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
