export { playgroundCommand } from './playground.ts';
export { startCommand } from './start.ts';
