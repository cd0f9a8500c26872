export { credentialsCommand } from './credentials-command.ts';
export { initCommand } from './init-command.ts';
export { rotateCommand } from './rotate-command.ts';
