export { atCommand } from './at.ts';
export { kubeconfigCommand } from './kubeconfig.ts';
export { playgroundCommand } from './playground.ts';
export { startCommand } from './start.ts';
