import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientCertificate, x509 } from '@mosaic/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CertificatePlace, keptCertificate, mountedPlace } from './certificate-place.ts';
import { type Renewal, renewal } from './renewal.ts';

const { issue, makeAuthority } = await x509();
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 21);
const root = await makeAuthority('root', { now: START, days: 3650 });
const clock = { time: START, now: () => clock.time };
const said: string[] = [];
const note = (event: string, facts?: Readonly<Record<string, unknown>>): void => {
  said.push(`${event}: ${facts?.error instanceof Error ? facts.error.message : (facts?.expires ?? '')}`);
};
const log = { notice: note, warn: note };
let folder: string;
let asked = 0;
let refuses: Error | undefined;
let running: Renewal | undefined;

beforeEach(() => {
  clock.time = START;
  asked = 0;
  refuses = undefined;
  said.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'mosaic-renewal-'));
});
afterEach(() => {
  running?.stop();
  rmSync(folder, { recursive: true });
});

async function certificate(): Promise<ClientCertificate> {
  const made = await issue(root, { commonName: 'mosaic-agent-1', names: [], now: clock.time, days: 90 });
  return { key: made.key, certificate: made.certificate, trusted: root.certificate };
}
const renew = async (): Promise<ClientCertificate> => {
  asked += 1;
  if (refuses !== undefined) throw refuses;
  return certificate();
};
const inUse: ClientCertificate[] = [];
async function started(place: CertificatePlace, asks = true): Promise<Renewal> {
  inUse.length = 0;
  running = renewal({ ...{ place, clock, log, chance: () => 0, lookEveryMs: DAY_MS }, ...(asks && { renew }) });
  const first = await running.first();
  if (first) inUse.push(first);
  running.start(async (now) => void inUse.push(now));
  return running;
}

test('when a third of its life is left it is renewed, kept for its owner alone, taken into use, and told', async () => {
  const path = join(folder, 'client-certificate.json');
  const place = keptCertificate(path);
  await place.write?.(await certificate());
  const one = await started(place);
  clock.time = START + 59 * DAY_MS;
  await one.look();
  expect([asked, inUse.length]).toEqual([0, 1]);
  clock.time = START + 61 * DAY_MS;
  await one.look();
  await one.look();
  expect([asked, inUse.length]).toEqual([1, 2]);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(inUse[1]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const ends = new Date(clock.time + 90 * DAY_MS).toISOString();
  expect(said).toEqual([`certificate renewed: ${ends}`, `certificate in use: ${ends}`]);
  expect(one.metrics('eu-1')).toContain(
    `mosaic_agent_certificate_expiry_timestamp_seconds{cluster="eu-1"} ${(clock.time + 90 * DAY_MS) / 1000}\n`,
  );
  expect(one.metrics('eu-1')).toContain('mosaic_agent_certificate_renewals_total{cluster="eu-1"} 1\n');
});

test('refused it is told, counted, and asked again a quarter of an hour later', async () => {
  const place = keptCertificate(join(folder, 'c.json'));
  await place.write?.(await certificate());
  const one = await started(place);
  clock.time = START + 61 * DAY_MS;
  refuses = new Error('the server refused: key 1 was revoked');
  for (let n = 0; n < 3; n++) await one.look();
  expect([asked, inUse.length, said]).toEqual([
    1,
    1,
    ['certificate not renewed: the server refused: key 1 was revoked'],
  ]);
  expect(one.metrics('eu-1')).toContain('renewal_failures_total{cluster="eu-1"} 1\n');
  refuses = undefined;
  clock.time += 16 * 60_000;
  await one.look();
  expect([asked, inUse.length]).toEqual([2, 2]);
});

test('refused by the brokers for ten minutes it asks for another, and whom to trust; then not for hours', async () => {
  const place = keptCertificate(join(folder, 'c.json'));
  await place.write?.(await certificate());
  let isCutOff = true;
  running = renewal({ ...{ place, renew, clock, log, lookEveryMs: DAY_MS }, isCutOff: async () => isCutOff });
  await running.first();
  running.start(async () => {});
  const after = async (ms: number): Promise<number> => {
    clock.time += ms;
    await running?.look();
    return asked;
  };
  expect([await after(0), await after(9 * 60_000), await after(2 * 60_000)]).toEqual([0, 0, 1]);
  expect([await after(3_600_000), await after(6 * 3_600_000)]).toEqual([1, 2]);
  isCutOff = false;
  await after(7 * 3_600_000);
  isCutOff = true;
  expect([await after(0), await after(11 * 60_000)]).toEqual([2, 3]);
});

test('of a Secret: the new one goes to each place, and is in use before the mount shows it', async () => {
  const first = await certificate();
  let mounted = first;
  const patched: unknown[] = [];
  const { write } = mountedPlace({ KAFKA_CERT: 'x' }, ['a/tls', 'b/tls'], {
    patch: async (_type, namespace, name, body) => {
      patched.push([namespace, name, Object.keys((body as { data: object }).data)]);
      return {} as never;
    },
  });
  const place = { read: async () => mounted, ...(write && { write }) };
  const one = await started(place);
  clock.time = START + 61 * DAY_MS;
  await one.look();
  const files = ['tls.key', 'tls.crt', 'ca.crt'];
  expect(patched).toEqual([
    ['a', 'tls', files],
    ['b', 'tls', files],
  ]);
  await one.look(); // the kubelet has not come yet
  expect(inUse).toHaveLength(2);
  mounted = inUse[1] ?? mounted;
  await one.look();
  expect([asked, inUse.length]).toEqual([1, 2]);
  clock.time += DAY_MS;
  mounted = await certificate(); // a person rotated it
  await one.look();
  expect([asked, inUse.at(-1)]).toEqual([1, mounted]);
});

test('over at the start it is renewed before anything is sent; where nobody renews it, the ways out are told', async () => {
  const place = keptCertificate(join(folder, 'c.json'));
  await place.write?.(await certificate());
  clock.time = START + 91 * DAY_MS;
  await expect(started({ read: place.read }, false)).rejects.toThrow(
    /expired on 2027-02-19.*mosaic rotate agent-ID --context/,
  );
  refuses = new Error('away');
  await expect(started(place)).rejects.toThrow(/was not renewed \(see above\)/);
  refuses = undefined;
  await started(place);
  expect(inUse).toHaveLength(1);
  expect((await place.read())?.certificate).toBe(inUse[0]?.certificate);
});

test('none is none, and half of one is waited for', async () => {
  const path = join(folder, 'c.json');
  const place = keptCertificate(path);
  const one = await started(place);
  expect([inUse.length, one.metrics('x')]).toEqual([0, '']);
  const [a, b] = [await certificate(), await certificate()];
  await place.write?.({ ...a, key: b.key });
  await one.look();
  expect(inUse).toHaveLength(0);
  await place.write?.(a);
  await one.look();
  expect(inUse).toEqual([a]);
});
