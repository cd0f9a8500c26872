// `mosaic`: one command for people. `npm start` is `mosaic start`.

import { Command } from 'commander';
import { atCommand } from './at.ts';
import { backupCommand, restoreCommand } from './backup/index.ts';
import { clustersCommand } from './clusters/clusters.ts';
import { completionCommand } from './completion.ts';
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

const program = new Command('mosaic')
  .description(
    'Watches many Kubernetes clusters and remembers them: what runs, what talks to what, now or at any past moment.',
  )
  .version('0.1.0')
  .enablePositionalOptions()
  .showHelpAfterError('(mosaic --help lists the commands)')
  .addCommand(startCommand())
  .addCommand(playgroundCommand())
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
  .addCommand(reportCommand())
  .addCommand(auditCommand())
  .addCommand(loginCommand())
  .addCommand(logoutCommand())
  .addCommand(whoamiCommand())
  .addCommand(tokensCommand())
  .addCommand(usersCommand())
  .addCommand(clustersCommand())
  .addCommand(initCommand())
  .addCommand(rotateCommand())
  .addCommand(credentialsCommand())
  .addCommand(installCommand())
  .addCommand(verifyCommand())
  .addCommand(upgradeCommand())
  .addCommand(uninstallCommand())
  .addCommand(manifestsCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand());

program.addCommand(completionCommand(program));
await program.parseAsync(process.argv);
