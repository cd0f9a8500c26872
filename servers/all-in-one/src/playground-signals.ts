// What node agents of the simulated clusters send: in the past as it is told, then as time goes by.

import { randomBytes } from 'node:crypto';
import { type PlaygroundCluster, type SignalLimits, type SignalSender, signalSender } from '@mosaic/playground';
import { hearCommands } from '@mosaic/transport';
import type { Enrolled } from './enrol.ts';
import type { Road } from './road.ts';

const HOUR_MS = 3_600_000;
/** The simulated past is the first epoch; the living agents take a later one. */
const PAST_EPOCH = 1;
const LIVE_EPOCH = 2;
/** A day is told in seconds: of its ordinary lines a part, of its connections a window every other minute. */
const LONG_AGO: SignalLimits = { everyMs: 120_000, stride: 24, callsEveryMs: 120_000, metricsEveryMs: 1_200_000 };
/** The last hour, which is looked at most, in full. */
const LATELY: SignalLimits = { everyMs: 60_000, stride: 2, callsEveryMs: 60_000, metricsEveryMs: 600_000 };
const LIVE: SignalLimits = { everyMs: 5_000, stride: 1, callsEveryMs: 10_000, metricsEveryMs: 15_000 };
/** While somebody tails. */
const HURRIED: SignalLimits = { ...LIVE, everyMs: 500 };
const TICK_MS = 500;

export function pastSignals(road: Road, cluster: PlaygroundCluster, as: Enrolled, now: () => number) {
  const sender = senderOf(road, cluster, as, PAST_EPOCH, cluster.now());
  return {
    tick: (at: number): Promise<void> => sender.tick(at, now() - at > HOUR_MS ? LONG_AGO : LATELY),
    flush: (at: number): Promise<void> => sender.flush(at),
  };
}

/** Until the process ends. */
export async function liveSignals(road: Road, cluster: PlaygroundCluster, as: Enrolled): Promise<void> {
  const { life, transport, log } = road;
  const sender = senderOf(road, cluster, as, LIVE_EPOCH, cluster.now());
  let hurriedUntil = 0;
  const subscription = await hearCommands({
    ...{ transport, cluster: as.cluster.id, as: `node-agents-${cluster.name}` },
    on({ kind, until }) {
      if (kind === 'tail') hurriedUntil = Math.max(hurriedUntil, until);
    },
  });
  let under = Promise.resolve();
  const tick = (): void => {
    const limits = Date.now() < hurriedUntil ? HURRIED : LIVE;
    under = under
      .then(() => sender.tick(cluster.now(), limits))
      .catch((error: unknown) => log.warn('signals of the playground not told', { cluster: cluster.name, error }));
  };
  await life.start(
    `node agents of ${cluster.name}`,
    async () => setInterval(tick, TICK_MS),
    async (timer) => {
      clearInterval(timer);
      await under;
      await subscription.stop();
    },
  );
}

function senderOf(
  { transport, compression }: Road,
  cluster: PlaygroundCluster,
  as: Enrolled,
  epoch: number,
  from: number,
): SignalSender {
  const { id } = as.cluster;
  const parts = {
    ...{
      cluster: id,
      source: 'node-agents',
      boot: randomBytes(8).toString('hex'),
      epoch,
      compression,
      signer: as.signer,
    },
    signals: cluster.signals,
    publish: (topic: string, { bytes }: { readonly bytes: Uint8Array }) =>
      transport.publish(topic, [{ key: String(id), value: bytes }]),
    sealedAt: () => Date.now(),
  };
  return signalSender(parts, from);
}
