// What runs beyond our cluster: programs in the other cluster's pod. Its calls reach us from its node's address; ours reach it by its NodePort.

import { type Program, startProgram } from '../program.ts';
import { binaryOf, type Workload } from './images.ts';
import { OTHER_NODE_PORT } from './network.ts';
import { inFolder, NODE_ADDRESS, OTHER_NODE_ADDRESS, OTHER_POD, OTHER_POD_ADDRESS } from './places.ts';

export interface OtherCluster {
  /** What our node sees its pod's calls come from, and where its NodePort is. */
  readonly nodeAddress: string;
  readonly nodePort: number;
  /** An address that one of our own pods may have too. */
  readonly podAddress: string;
  /** Starts a program of `dev/images` in its pod; it listens on :8080 to be behind the NodePort. */
  run(workload: Workload, args: readonly string[]): Program;
}

export function otherCluster(): OtherCluster & { stop(): Promise<void> } {
  const running: Program[] = [];
  return {
    nodeAddress: OTHER_NODE_ADDRESS,
    nodePort: OTHER_NODE_PORT,
    podAddress: OTHER_POD_ADDRESS,
    run(workload, args) {
      const name = `other-${workload}-${running.length}`;
      const program = startProgram({
        name,
        command: 'ip',
        args: ['netns', 'exec', OTHER_POD, binaryOf(workload), ...args],
        logPath: inFolder('logs', `${name}.log`),
      });
      running.push(program);
      return program;
    },
    async stop() {
      await Promise.all(running.map((program) => program.stop()));
    },
  };
}

/** Where the other cluster reaches a NodePort of ours. */
export const nodePortUrl = (port: number): string => `http://${NODE_ADDRESS}:${port}/`;
