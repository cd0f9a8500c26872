// `mosaic init`: the credentials of an installation, made where they are needed and nowhere else.

import { Command } from 'commander';
import { EXIT, ended } from '../exit.ts';
import type { Home } from './home.ts';
import { initialize } from './init.ts';
import { type InstallOptions, open, withPlace } from './opening.ts';

export function initCommand(): Command {
  const command = new Command('init')
    .description('make what an installation proves itself with: authorities, certificates, keys, the administrator')
    .addHelpText('after', EXAMPLES);
  return withPlace(command).action((options: InstallOptions) => ended(() => run(options)));
}

const EXAMPLES = `
Nothing that is made is shown: values go straight into Secrets or files. What is there is kept, what is missing is made;
so it may be run again, also after it was interrupted.

Examples
  mosaic init --context prod                          everything of the servers, and the authorities
  mosaic init --context prod --agent 1                and of the agents of cluster 1, in the same cluster
  mosaic init --context prod --agent 2 --agent-context edge
                                                      of cluster 2's agents: into the cluster that edge names
  mosaic init --dir secrets --agent 1                 for docker compose: a folder per Secret
  mosaic credentials --context prod                   names, ages and ends`;

async function run(options: InstallOptions): Promise<number> {
  const told = (line: string): void => void process.stdout.write(`${line}\n`);
  const { installation, close } = await open(options, told, true);
  try {
    const { made, kept, completed } = await initialize(installation);
    told(`${made.length} made, ${completed.length} completed, ${kept.length} kept in ${installation.home.where}`);
    if (made.includes('admin')) told(passwordLine(installation.home));
    return EXIT.found;
  } finally {
    await close();
  }
}

/** How to read it; not what it is. */
const passwordLine = ({ realm, flags }: Home): string =>
  realm === ''
    ? `the administrator's password: cat ${flags.replace('--dir ', '')}/mosaic-admin/password`
    : `the administrator's password: kubectl ${flags.replace(/ ?--namespace \S+/, '')} -n ${realm} get secret mosaic-admin -o jsonpath={.data.password} | base64 -d`.replace(
        / {2,}/g,
        ' ',
      );
