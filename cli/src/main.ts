// `mosaic`: one command for people. `npm start` is `mosaic start`.

import { Command } from 'commander';
import { kubeconfigCommand } from './kubeconfig.ts';
import { playgroundCommand } from './playground.ts';
import { startCommand } from './start.ts';

const program = new Command('mosaic')
  .description(
    'Watches many Kubernetes clusters and remembers them: what runs, what talks to what, now or at any past moment.',
  )
  .version('0.1.0')
  .showHelpAfterError('(mosaic --help lists the commands)')
  .addCommand(startCommand())
  .addCommand(playgroundCommand())
  .addCommand(kubeconfigCommand());

await program.parseAsync(process.argv);
