// The agent's own key, vouched for by the cluster's agent for a day; asked for anew at half time.

import { readFile } from 'node:fs/promises';
import type { Clock, Log } from '@mosaic/runtime';
import { type NodeCertificate, nodeCertificateSchema, toBase64 } from '@mosaic/wire';

export interface CertificateOptions {
  /** Of the cluster agent: `http://mosaic-cluster-agent:9000`. */
  readonly url: string;
  /** The pod's token for audience `mosaic`: the kubelet renews the file. */
  readonly tokenFile: string;
  readonly publicKey: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  readonly fetch?: typeof fetch;
}

export interface Certificate {
  /** One that holds now; waits for it when there is none: what a server would refuse is better read later. Undefined once stopped. */
  valid(): Promise<NodeCertificate | undefined>;
  readonly until: number | undefined;
  stop(): Promise<void>;
  readonly trouble: string | undefined;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const WITHIN_MS = 10_000;
const VALID_LOOK_MS = 250;

export function certificate({
  url,
  tokenFile,
  publicKey,
  clock,
  log,
  fetch: ask = fetch,
}: CertificateOptions): Certificate {
  const stopping = new AbortController();
  let held: NodeCertificate | undefined;
  let until = 0;
  let trouble: string | undefined;
  let pause = FIRST_PAUSE_MS;

  const fetchOne = async (): Promise<NodeCertificate> => {
    const token = (await readFile(tokenFile, 'utf8')).trim();
    const answer = await ask(new URL('/node-certificates', url), {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: toBase64(publicKey) }),
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`the cluster agent answers ${answer.status}: ${body.slice(0, 300)}`);
    return nodeCertificateSchema.parse(JSON.parse(body));
  };

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        held = await fetchOne();
        // By our own clock: the cluster agent's may stand elsewhere.
        until = clock.now() + (held.until - held.from);
        if (trouble !== undefined) log.notice('certified again', { until: new Date(until).toISOString() });
        trouble = undefined;
        pause = FIRST_PAUSE_MS;
        await clock.sleep(Math.max(FIRST_PAUSE_MS, (until - clock.now()) / 2), stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) break;
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== trouble) log.warn('not certified; what is seen waits', { reason });
        trouble = reason;
        await clock.sleep(pause, stopping.signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  })();

  return {
    async valid() {
      while (!stopping.signal.aborted) {
        if (held !== undefined && clock.now() < until) return held;
        await clock.sleep(VALID_LOOK_MS, stopping.signal);
      }
      return held;
    },
    get until() {
      return held && until;
    },
    async stop() {
      stopping.abort();
      await running;
    },
    get trouble() {
      return trouble;
    },
  };
}
