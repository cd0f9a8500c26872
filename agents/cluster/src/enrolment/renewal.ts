// The agents' client certificate over time: renewed when a third of its life is left, or when no broker takes it any more; taken into use wherever it came from, told in log and metrics.

import { type ClientCertificate, type Clock, type Log, lifeOf, whenRenewed } from '@mosaic/runtime';
import type { CertificatePlace } from './certificate-place.ts';

const LOOK_EVERY_MS = 30_000;
/** What was refused or not answered is asked again after this; what was answered is in use before. */
const AGAIN_AFTER_MS = 15 * 60_000;
/** Refused for so long, the authority may have been replaced: another certificate, and whom to trust, may help. Seldom, since brokers may just be away. */
const CUT_OFF_FOR_MS = 10 * 60_000;
const CUT_OFF_EVERY_MS = 6 * 3_600_000;
const LEFT_TO_RENEW = 1 / 3;
/** Replicas think of it apart from each other, so that mostly one does it: some part of its life later. */
const APART = 0.005;

export interface RenewalOptions {
  readonly place: CertificatePlace;
  /** Asks the server; absent where there is none to ask. */
  readonly renew?: (() => Promise<ClientCertificate>) | undefined;
  /** Whether the brokers refuse or do not answer. */
  readonly isCutOff?: () => Promise<boolean>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'notice' | 'warn'>;
  readonly chance?: () => number;
  readonly lookEveryMs?: number;
}

export interface Renewal {
  /** What to begin with, renewed first when its time is over. Undefined: there is none. Throws when it is over and cannot be renewed. */
  first(): Promise<ClientCertificate | undefined>;
  /** From now on each new one is told. */
  start(inUse: (renewed: ClientCertificate) => Promise<void>): void;
  /** Now, not in half a minute. */
  look(): Promise<void>;
  stop(): void;
  metrics(cluster: string): string;
}

/** An agent whose certificate is over, with the ways out. */
export class Expired extends Error {
  override readonly name = 'Expired';
}

export function renewal({
  place,
  renew,
  isCutOff,
  clock,
  log,
  chance = Math.random,
  lookEveryMs,
}: RenewalOptions): Renewal {
  const apart = chance() * APART;
  const counts = { renewed: 0, failed: 0 };
  let inUse: ClientCertificate | undefined;
  let nextAt = 0;
  const cutOff = lasting(CUT_OFF_FOR_MS, CUT_OFF_EVERY_MS, clock);
  let watching: ReturnType<typeof whenRenewed> | undefined;

  const isDue = (certificate: ClientCertificate): boolean => {
    const { from, until } = lifeOf(certificate);
    return until - clock.now() < (until - from) * (LEFT_TO_RENEW - apart);
  };

  /** Answers the new one, or undefined when that failed, which is told. */
  const renewNow = async (old: ClientCertificate): Promise<ClientCertificate | undefined> => {
    if (renew === undefined || place.write === undefined) return undefined;
    nextAt = clock.now() + AGAIN_AFTER_MS;
    try {
      const renewed = await renew();
      await place.write(renewed);
      counts.renewed += 1;
      log.notice('certificate renewed', { expires: endOf(renewed), before: endOf(old) });
      return renewed;
    } catch (error) {
      counts.failed += 1;
      const againInMs = AGAIN_AFTER_MS;
      log.warn('certificate not renewed', { expires: endOf(old), againInMs, error });
      return undefined;
    }
  };

  const read = async (): Promise<ClientCertificate | undefined> => {
    const found = newerOf(inUse, await place.read());
    const isRefused = cutOff((await isCutOff?.()) ?? false);
    if (found === undefined || !(isDue(found) || isRefused) || clock.now() < nextAt) return found;
    return (await renewNow(found)) ?? found;
  };

  return {
    async first() {
      inUse = await read();
      if (inUse !== undefined && lifeOf(inUse).until <= clock.now())
        throw new Expired(wayOut(inUse, renew !== undefined));
      return inUse;
    },
    start(use) {
      watching = whenRenewed(inUse, {
        ...{ read, everyMs: lookEveryMs ?? LOOK_EVERY_MS },
        async renewed(now) {
          await use(now);
          inUse = now;
          log.notice('certificate in use', { expires: endOf(now) });
        },
        onTrouble: (error) => log.warn('a new certificate is not in use', { error }),
      });
    },
    look: async () => watching?.look(),
    stop: () => watching?.stop(),
    metrics: (cluster) => (inUse === undefined ? '' : metricsOf(cluster, inUse, counts)),
  };
}

/** Tells of what has been so for a while, and of the same again only much later. */
function lasting(forMs: number, everyMs: number, clock: Pick<Clock, 'now'>): (isSo: boolean) => boolean {
  let since: number | undefined;
  let notBefore = 0;
  return (isSo) => {
    if (!isSo) since = undefined;
    else since ??= clock.now();
    if (since === undefined || clock.now() - since < forMs || clock.now() < notBefore) return false;
    notBefore = clock.now() + everyMs;
    return true;
  };
}

/** A mounted Secret shows the old one for a minute after it was renewed. */
function newerOf(
  inUse: ClientCertificate | undefined,
  found: ClientCertificate | undefined,
): ClientCertificate | undefined {
  if (inUse === undefined || found === undefined) return found;
  return lifeOf(found).from < lifeOf(inUse).from ? inUse : found;
}

const endOf = (certificate: ClientCertificate): string => new Date(lifeOf(certificate).until).toISOString();

const wayOut = (certificate: ClientCertificate, isAsked: boolean): string =>
  `the agents' certificate for Kafka expired on ${endOf(certificate).slice(0, 10)}${isAsked ? ' and was not renewed (see above)' : ''}; ` +
  'from a machine that reaches both: mosaic rotate agent-ID --context CONTEXT --agent ID --server URL; or join again with a new token (docs/security.md)';

function metricsOf(
  cluster: string,
  certificate: ClientCertificate,
  { renewed, failed }: { readonly renewed: number; readonly failed: number },
): string {
  const label = `{cluster="${cluster.replace(/["\\\n]/g, '_')}"}`;
  const metric = (name: string, type: string, help: string, value: number): string =>
    `# HELP mosaic_agent_${name} ${help}\n# TYPE mosaic_agent_${name} ${type}\nmosaic_agent_${name}${label} ${value}\n`;
  return [
    metric(
      'certificate_expiry_timestamp_seconds',
      'gauge',
      'When the certificate for Kafka ends.',
      lifeOf(certificate).until / 1000,
    ),
    metric('certificate_renewals_total', 'counter', 'Certificates that were renewed.', renewed),
    metric('certificate_renewal_failures_total', 'counter', 'Renewals that were refused or not answered.', failed),
  ].join('');
}
