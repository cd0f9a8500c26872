// A node agent's encoding in a thread of its own: chunks to the other side for as long as it has credit.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import { criText } from './cri-text.ts';
import { encoder } from './encoder.ts';

export interface EncoderWork {
  readonly cluster: number;
  readonly node: string;
  readonly keyId: string;
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array;
  readonly lines: number;
  /** Chunks under way at most. */
  readonly credit: number;
}

const RAW_KEY_BYTES = 32;
const port = parentPort;
if (port === null) throw new Error('encoder.worker runs as a worker thread');
const { cluster, node, keyId, privateKey, lines, credit } = workerData as EncoderWork; // as `embedded` starts it
const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-RAW_KEY_BYTES));
const encoding = encoder(cluster, node, { keyId, publicKey, sign: (bytes) => sign(null, bytes, key) });
const text = criText(syntheticLines(lines), Date.now());
let left = credit;
let isOver = false;

port.on('message', (said: 'taken' | 'stop') => {
  if (said === 'stop') isOver = true;
  else left++;
});
port.postMessage('ready');
while (!isOver) {
  if (left > 0)
    encoding.encode(text, ({ bytes, header }) => {
      left--;
      port.postMessage({ bytes, count: header.count }, [bytes.buffer as ArrayBuffer]); // made by sealChunk, nobody else's
    });
  await new Promise((resolve) => setTimeout(resolve, left > 0 ? 0 : 1));
}
port.close();
