export { kubeconfigCommand } from './kubeconfig.ts';
export { playgroundCommand } from './playground.ts';
export { startCommand } from './start.ts';
