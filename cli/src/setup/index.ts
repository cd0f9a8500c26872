export { installCommand } from './install-command.ts';
