// The real kubectl against a kubeconfig.

import { execFile } from 'node:child_process';

export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

export const kubectlOn =
  (kubeconfig: string, context: string): Kubectl =>
  (args, input) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        'kubectl',
        ['--kubeconfig', kubeconfig, '--context', context, ...args],
        { maxBuffer: 64 << 20, timeout: 60_000 },
        (error, stdout, stderr) =>
          error ? reject(new Error(`kubectl ${args.join(' ')}: ${stderr || error.message}`)) : resolve(stdout),
      );
      child.stdin?.end(input ?? '');
    });
