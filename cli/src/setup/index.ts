export { installCommand } from './install-command.ts';
export { manifestsCommand } from './manifests-command.ts';
export { rightsTable } from './rights-table.ts';
export { uninstallCommand } from './uninstall-command.ts';
export { upgradeCommand } from './upgrade-command.ts';
export { verifyCommand } from './verify-command.ts';
