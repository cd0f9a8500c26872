// A command in a container of a pod, through the API server (`pods/exec`).

import { Writable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import { textAt } from '../../manifest.ts';
import type { ExecAnswer } from '../source.ts';
import { errorOf, type KubeError, Unreachable } from './errors.ts';

const MOST_BYTES = 1024 * 1024;

/** To its end, whatever that is. Throws what the API server says when it does not let it begin, and `Unreachable` when the connection ends first. */
export async function executed(
  config: KubeConfig,
  { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
  command: readonly string[],
): Promise<ExecAnswer> {
  const { Exec } = await import('@kubernetes/client-node');
  const [out, err] = [gathered(), gathered()];
  return new Promise((resolve, reject) => {
    const ended = (status: unknown): void =>
      resolve({ isDone: textAt(status, 'status') === 'Success', out: out.text(), err: err.text() });
    const broken = (cause: unknown): void => reject(refusalOf(cause, namespace, pod));
    new Exec(config)
      .exec(namespace, pod, container, [...command], out.into, err.into, null, false, ended)
      .then((socket) => {
        socket.on('error', broken);
        socket.on('close', () => broken('the connection ended before the command did')); // after its status that is no news
      }, broken);
  });
}

/** A WebSocket's error event, an error, or our own word; a refusal's status is in its text alone. */
function refusalOf(cause: unknown, namespace: string, pod: string): KubeError {
  const message = textAt(cause, 'message') ?? String(cause);
  const status = Number(/Unexpected server response: (\d+)/.exec(message)?.[1]);
  if (status > 0) return errorOf(status, { message }, { verb: 'create', group: '', resource: 'pods/exec', namespace });
  return new Unreachable(`no command can be run in ${namespace}/${pod}: ${message}`, 0, '', { cause });
}

/** Its first megabyte. */
function gathered(): { readonly into: Writable; text(): string } {
  const parts: Buffer[] = [];
  let bytes = 0;
  const into = new Writable({
    write(part: Buffer, _encoding, done) {
      if (bytes < MOST_BYTES) parts.push(part);
      bytes += part.length;
      done();
    },
  });
  return { into, text: () => Buffer.concat(parts).toString('utf8') };
}
