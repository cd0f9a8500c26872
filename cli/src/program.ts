// The commands of `mosaic`, in the order its help shows them.

import { Command } from 'commander';
import { atCommand } from './at.ts';
import { backupCommand, restoreCommand } from './backup/index.ts';
import { clustersCommand } from './clusters/clusters.ts';
import { completionCommand } from './completion.ts';
import { withExamples } from './examples.ts';
import { everyCommand } from './exit.ts';
import { credentialsCommand, initCommand, rotateCommand } from './install/index.ts';
import { kubeconfigCommand } from './kubeconfig.ts';
import { auditCommand } from './people/audit.ts';
import { loginCommand, logoutCommand, whoamiCommand } from './people/login.ts';
import { tokensCommand } from './people/tokens.ts';
import { usersCommand } from './people/users.ts';
import { playgroundCommand } from './playground.ts';
import { blameCommand } from './questions/blame.ts';
import { changesCommand } from './questions/changes.ts';
import { coverageCommand } from './questions/coverage.ts';
import { diffCommand } from './questions/diff.ts';
import { historyCommand } from './questions/history.ts';
import { logCommand } from './questions/log.ts';
import { topCommand } from './questions/top.ts';
import { whoCommand } from './questions/who.ts';
import { reportCommand } from './report/report.ts';
import { installCommand, manifestsCommand, uninstallCommand, upgradeCommand, verifyCommand } from './setup/index.ts';
import { startCommand } from './start.ts';

const EXAMPLES = `
Examples
  mosaic start                                            watch the current context, or two simulated clusters
  mosaic changes --from now-3h -n shop                    what changed, by whom
  mosaic at -c eu-1 "yesterday 03:12" get pods -n shop    what kubectl would have said
  mosaic report --from "tuesday 00:00" --to now           for the auditor

Each command has more of them: mosaic COMMAND --help`;

/** All commands; what cannot be understood is thrown as a `CommanderError`, told already. */
export function mosaicProgram(): Command {
  const program = new Command('mosaic')
    .description(
      'Watches many Kubernetes clusters and remembers them: what runs, what talks to what, now or at any past moment.',
    )
    .version('0.1.0')
    .enablePositionalOptions()
    .showHelpAfterError('(mosaic --help lists the commands)')
    .addHelpText('after', EXAMPLES)
    .commandsGroup('Starting:')
    .addCommand(startCommand())
    .addCommand(playgroundCommand())
    .commandsGroup('Asking about any moment:')
    .addCommand(kubeconfigCommand())
    .addCommand(atCommand())
    .addCommand(changesCommand())
    .addCommand(historyCommand())
    .addCommand(diffCommand())
    .addCommand(blameCommand())
    .addCommand(whoCommand())
    .addCommand(logCommand())
    .addCommand(topCommand())
    .addCommand(coverageCommand())
    .commandsGroup('Auditing:')
    .addCommand(reportCommand())
    .addCommand(auditCommand())
    .commandsGroup('People and clusters:')
    .addCommand(loginCommand())
    .addCommand(logoutCommand())
    .addCommand(whoamiCommand())
    .addCommand(tokensCommand())
    .addCommand(usersCommand())
    .addCommand(clustersCommand())
    .commandsGroup('Installing:')
    .addCommand(initCommand())
    .addCommand(rotateCommand())
    .addCommand(credentialsCommand())
    .addCommand(installCommand())
    .addCommand(verifyCommand())
    .addCommand(upgradeCommand())
    .addCommand(uninstallCommand())
    .addCommand(manifestsCommand())
    .commandsGroup('Saving:')
    .addCommand(backupCommand())
    .addCommand(restoreCommand());

  program.commandsGroup('Help:').addCommand(completionCommand(program));
  withExamples(program);
  for (const command of everyCommand(program)) command.exitOverride();
  return program;
}
