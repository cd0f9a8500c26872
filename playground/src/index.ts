export type { PastSink } from './backfill.ts';
export { kubeconfigOf } from './kubeconfig.ts';
export { type LoadOptions, loadCluster } from './load.ts';
export { type Playground, type PlaygroundCluster, type PlaygroundOptions, playground } from './playground.ts';
export type { Engine } from './sim.ts';
export { sourceOf } from './source.ts';
export type { Family, Incident } from './story/incidents.ts';
export { type ContainerUse, usageOf } from './usage/usage.ts';
export type { World } from './world.ts';
