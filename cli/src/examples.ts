// Examples of commands that show none by themselves: most of them are one line of a family, whose other lines stand in the family's help.

import type { Command } from 'commander';
import { everyCommand } from './exit.ts';

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  playground: ['', '--port 0    at free ports'],
  logout: ['', '--server https://mosaic.example.org'],
  whoami: ['', '--server https://mosaic.example.org'],
  verify: ['--context prod'],
  upgrade: ['--context prod          servers first, then agents', 'agents --context prod'],
  uninstall: ['agents --context prod', 'servers --context prod'],
  'uninstall servers': ['--context prod          asks about volumes and Secrets', '--context prod --yes    keeps them'],
  'uninstall agents': ['--context prod'],
  'install servers': ['--context prod --dry-run    the checks and the plan alone', '--context prod'],
  'install agents': [
    '--context prod --set cluster.name=prod',
    '--context edge --servers-context prod --values edge.yaml',
  ],
  'install secrets': ['--context edge --values edge.yaml'],
  'install give-up': ['--in-cluster --namespace mosaic,mosaic-agent'],
  'manifests servers': ['> mosaic.yaml && kubectl apply -f mosaic.yaml'],
  'manifests agents': ['--set cluster.name=prod > agents.yaml && kubectl apply -f agents.yaml'],
  'manifests rights': ['> rights.md'],
  'users list': ['', '-o json'],
  'users add': ['ada --password-file ada.txt', 'ada          asks for the password'],
  'users remove': ['bob'],
  'users password': ['', 'ada --password-file ada.txt'],
  'tokens list': ['', '-o csv'],
  'tokens add': ['ci --days 30 > token'],
  'tokens remove': ['3f2a9c81          the id that mosaic tokens shows'],
  'clusters list': ['', '-o json'],
  'clusters add': ['us-1', 'us-1 --token-only --to us-1.token'],
  'clusters keys': ['eu-1'],
  'clusters revoke': ['eu-1'],
  'audit verify': ['', '--server https://mosaic.example.org'],
  'report key': ['> mosaic-key.json', '--pem'],
};

/** `users add`; nothing of the program itself. */
export const pathOf = (command: Command): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();

/** Below the help of each that is in the table. */
export function withExamples(program: Command): void {
  for (const command of everyCommand(program)) {
    const path = pathOf(command);
    const lines = EXAMPLES[path]?.map((rest) => `  mosaic ${path} ${rest}`.trimEnd());
    if (lines !== undefined) command.addHelpText('after', `\nExamples\n${lines.join('\n')}`);
  }
}
