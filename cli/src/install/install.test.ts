import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { issuerOf } from './authorities.ts';
import { agentCredentials, serverCredentials } from './catalogue.ts';
import { certificatesIn, isIssuedBy, readCertificate } from './certificate.ts';
import { credentialLines } from './credentials.ts';
import { folderHome } from './home-folder.ts';
import { type Installation, initialize, initializeAgents } from './init.ts';
import { due, located, renew } from './rotate.ts';
import { forgetOld, issueAnew, trustNew } from './rotate-authority.ts';
import { DEFAULT_VALUES } from './values.ts';

const base = mkdtempSync(join(tmpdir(), 'mosaic-init-'));
afterAll(() => rmSync(base, { recursive: true }));
let folders = 0;
const fresh = (): string => join(base, `secrets-${folders++}`);
const NOON = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;

interface Opened extends Installation {
  readonly lines: string[];
}

async function at<T>(dir: string, work: (installation: Opened) => Promise<T>, now = NOON): Promise<T> {
  const home = await folderHome(dir, { make: true });
  const lines: string[] = [];
  const agents = [{ home, credentials: agentCredentials(DEFAULT_VALUES, 1, home.realmsOf(1)) }];
  const credentials = serverCredentials({ ...DEFAULT_VALUES, kafkaNames: ['127.0.0.1'] }, home.realm);
  const lives = { certificateDays: 365, authorityDays: 3650 };
  const told = (line: string): void => void lines.push(line);
  try {
    return await work({ home, credentials, agents, lives, now: () => now, told, lines });
  } finally {
    await home.close();
  }
}

const filesIn = (dir: string): Record<string, string> => {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map(({ parentPath, name }) => [
      join(parentPath, name).slice(dir.length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
};
const file = (dir: string, path: string): string => readFileSync(join(dir, path), 'utf8');

test('init makes every credential once: whole, its owner’s alone, and none is shown', async () => {
  const dir = fresh();
  const { lines, done } = await at(dir, async (one) => ({ done: await initialize(one), lines: one.lines }));
  expect(done.made).toHaveLength(17);
  const files = filesIn(dir);
  for (const path of Object.keys(files)) expect(statSync(join(dir, path)).mode & 0o777).toBe(0o600);
  const shown = lines.join('\n');
  const secrets = Object.entries(files).filter(([path]) => /key$|key\.pem$|password$|keystore/.test(path));
  expect(secrets).toHaveLength(19);
  for (const [, text] of secrets) expect(shown).not.toContain(text.trim());
  expect(new Set(secrets.filter(([path]) => !path.endsWith('keystore.pem')).map(([, text]) => text)).size).toBe(17);
  expect(Buffer.from(files['mosaic-admin/password'] ?? '', 'base64url')).toHaveLength(32);
  expect(Buffer.from(files['agent-1/mosaic-agent-key/redact.key'] ?? '', 'hex')).toHaveLength(32);
});

test('no two installations share a secret', async () => {
  const values = async (): Promise<readonly string[]> => {
    const dir = fresh();
    await at(dir, initialize);
    const secrets = Object.entries(filesIn(dir)).filter(([path]) => /key$|key\.pem$|password$|keystore|id$/.test(path));
    return secrets.map(([, text]) => text);
  };
  const [one, another] = [await values(), await values()];
  expect([one.length, one.filter((text) => another.includes(text))]).toEqual([20, []]);
});

test('certificates fit their keys, their authority and how they are called; servers and clients differ in use', async () => {
  const dir = fresh();
  await at(dir, initialize);
  const kafka = new X509Certificate(file(dir, 'mosaic-kafka-tls/tls.crt'));
  expect(kafka.checkPrivateKey(createPrivateKey(file(dir, 'mosaic-kafka-tls/tls.key')))).toBe(true);
  expect(isIssuedBy(kafka.toString(), file(dir, 'mosaic-kafka-ca/ca.crt'))).toBe(true);
  expect(isIssuedBy(kafka.toString(), file(dir, 'mosaic-cassandra-ca/ca.crt'))).toBe(false);
  expect(kafka.checkHost('mosaic-kafka-0.mosaic-kafka.mosaic.svc')).toBeDefined();
  expect(kafka.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(kafka.checkHost('mosaic-cassandra')).toBeUndefined();
  expect(kafka.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  const agent = new X509Certificate(file(dir, 'agent-1/mosaic-agent-kafka/tls.crt'));
  expect(agent.subject).toBe('CN=mosaic-agent-1');
  expect(agent.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(agent.ca).toBe(false);
  expect(file(dir, 'mosaic-kafka-tls/keystore.pem')).toBe(
    file(dir, 'mosaic-kafka-tls/tls.key') + file(dir, 'mosaic-kafka-tls/tls.crt'),
  );
  expect(createPublicKey(file(dir, 'agent-1/mosaic-agent-key/key.pem')).asymmetricKeyType).toBe('ed25519');
});

test('two installations have nothing in common but names', async () => {
  const [one, other] = [fresh(), fresh()];
  await at(one, initialize);
  await at(other, initialize);
  const ofOther = filesIn(other);
  const same = Object.entries(filesIn(one)).filter(([path, text]) => ofOther[path] === text);
  expect(same.map(([path]) => path)).toEqual(['mosaic-admin/username']);
});

test('run again it keeps everything; after an interruption it makes what is missing', async () => {
  const dir = fresh();
  await at(dir, initialize);
  const before = filesIn(dir);
  expect((await at(dir, initialize)).made).toEqual([]);
  expect(filesIn(dir)).toEqual(before);
  rmSync(join(dir, 'mosaic-api-kafka'), { recursive: true });
  rmSync(join(dir, 'mosaic-receiver-kafka/tls.key'));
  mkdirSync(join(dir, '.mosaic-api-kafka.0badcafe.new')); // a run that was killed while it wrote
  writeFileSync(join(dir, '.mosaic-api-kafka.0badcafe.new/tls.key'), 'half');
  const done = await at(dir, initialize);
  expect(done.made).toEqual(['api-kafka']);
  expect(done.completed).toEqual(['receiver-kafka']);
  expect(readdirSync(dir).filter((name) => name.startsWith('.'))).toEqual([]);
  const after = filesIn(dir);
  const changed = Object.keys(before).filter((path) => before[path] !== after[path]);
  expect(new Set(changed.map((path) => path.split('/')[0]))).toEqual(
    new Set(['mosaic-api-kafka', 'mosaic-receiver-kafka']),
  );
});

test('a replacement that was killed between its two renames is undone by the next run', async () => {
  const dir = fresh();
  await at(dir, initialize);
  const before = filesIn(dir);
  renameSync(join(dir, 'mosaic-kafka-ca'), join(dir, 'mosaic-kafka-ca.old'));
  expect((await at(dir, initialize)).made).toEqual([]);
  expect(filesIn(dir)).toEqual(before);
});

test('a folder that others may look into or put another in the place of is refused, and says how to mend it', async () => {
  const open = fresh();
  mkdirSync(open, { mode: 0o755 });
  await expect(at(open, initialize)).rejects.toThrow(/is open to others \(mode 755\): chmod 700/);
  const loose = fresh();
  mkdirSync(loose);
  chmodSync(loose, 0o777);
  await expect(at(join(loose, 'in'), initialize)).rejects.toThrow(/others may write to/);
  writeFileSync(join(base, 'file'), '');
  await expect(at(join(base, 'file'), initialize)).rejects.toThrow(/expected a folder/);
});

test('two at once: the second is told who is at work', async () => {
  const dir = fresh();
  await at(dir, async () => {
    await expect(at(dir, initialize)).rejects.toThrow(new RegExp(`process ${process.pid} is at work`));
  });
  writeFileSync(join(dir, '.lock'), '999999999'); // killed long ago
  expect((await at(dir, initialize)).made).toHaveLength(17);
});

test('without the authority’s key nothing is issued in its name, and both ways out are told', async () => {
  const dir = fresh();
  await at(dir, initialize);
  rmSync(join(dir, 'mosaic-kafka-ca'), { recursive: true });
  expect((await at(dir, initialize)).made).toEqual([]); // nothing was to be issued
  rmSync(join(dir, 'mosaic-api-kafka'), { recursive: true });
  await expect(at(dir, initialize)).rejects.toThrow(/put it back .* mosaic rotate kafka-ca --lost --dir/);
});

test('agents alone: made by the authorities that are there, and never by one made for them', async () => {
  const dir = fresh();
  await expect(at(dir, initializeAgents)).rejects.toThrow(/the key of the authority kafka-ca is not in folder/);
  await at(dir, (one) => initialize({ ...one, agents: [] }));
  expect((await at(dir, initializeAgents)).made).toEqual(['agent-1-kafka', 'agent-1-key']);
});

test('a rotation replaces one credential and tells what uses it; a signing key keeps the one before', async () => {
  const dir = fresh();
  await at(dir, initialize);
  const before = filesIn(dir);
  const restarts = await at(dir, async (one) => {
    const which = located(one).filter(({ credential }) => ['receiver-kafka', 'reports'].includes(credential.name));
    return renew(one, which);
  });
  expect(restarts.map(({ workload }) => workload.name)).toEqual(['mosaic-receiver', 'mosaic-api']);
  const after = filesIn(dir);
  const changed = Object.keys(after).filter((path) => before[path] !== after[path]);
  expect(changed.sort()).toEqual([
    'mosaic-receiver-kafka/tls.crt',
    'mosaic-receiver-kafka/tls.key',
    'mosaic-reports/key.pem',
    'mosaic-reports/previous.key.pem',
  ]);
  expect(after['mosaic-reports/previous.key.pem']).toBe(before['mosaic-reports/key.pem']);
});

test('what expires is told in time, with the command; what is due is found', async () => {
  const dir = fresh();
  await at(dir, initialize);
  const in340 = NOON + 340 * DAY_MS;
  const soon = await at(dir, (one) => credentialLines(one), in340);
  expect(soon.filter(({ state }) => state === 'expires soon').map(({ name }) => name)).toHaveLength(11);
  expect(soon.find(({ name }) => name === 'kafka-tls')?.todo).toBe('mosaic rotate kafka-tls');
  expect(await at(dir, (one) => due(located(one), NOON, 30))).toHaveLength(0);
  await at(dir, async (one) => renew(one, await due(located(one), in340, 30)), in340);
  expect((await at(dir, (one) => credentialLines(one), in340)).every(({ state }) => state === 'good')).toBe(true);
  const expired = await at(dir, (one) => credentialLines(one), NOON + 800 * DAY_MS);
  expect(expired.find(({ name }) => name === 'api-kafka')?.state).toBe('expired');
  const lines = await at(dir, async (one) => initialize(one).then(() => one.lines), NOON + 800 * DAY_MS);
  expect(lines.join('\n')).toContain('mosaic rotate api-kafka makes a new one');
});

test('an authority is replaced in three steps, and after each everybody trusts whoever has a certificate', async () => {
  const dir = fresh();
  await at(dir, initialize);
  const leaves = ['mosaic-kafka-tls', 'mosaic-receiver-kafka', 'agent-1/mosaic-agent-kafka'];
  const allTrustAll = (): boolean =>
    leaves.every((one) =>
      leaves.every((other) =>
        certificatesIn(file(dir, `${one}/ca.crt`)).some((ca) => isIssuedBy(file(dir, `${other}/tls.crt`), ca)),
      ),
    );
  const old = readCertificate(file(dir, 'mosaic-kafka-ca/ca.crt'))?.fingerprint;
  await expect(at(dir, (one) => issueAnew(one, 'kafka-ca'))).rejects.toThrow(/no new kafka-ca is waiting/);
  await expect(at(dir, (one) => forgetOld(one, 'kafka-ca'))).rejects.toThrow(/nothing to finish/);

  const first = await at(dir, (one) => trustNew(one, 'kafka-ca', false));
  expect(first.map(({ workload }) => workload.name)).toContain('mosaic-kafka');
  expect(allTrustAll()).toBe(true);
  expect(certificatesIn(file(dir, 'mosaic-receiver-kafka/ca.crt'))).toHaveLength(2);
  await expect(at(dir, (one) => trustNew(one, 'kafka-ca', false))).rejects.toThrow(/--continue/);
  await expect(at(dir, (one) => forgetOld(one, 'kafka-ca'))).rejects.toThrow(/--continue/);

  await at(dir, (one) => issueAnew(one, 'kafka-ca'));
  expect(allTrustAll()).toBe(true);
  const issuer = await at(dir, (one) => issuerOf('kafka-ca', one.home, one.credentials));
  expect(readCertificate(issuer.certificate)?.fingerprint).not.toBe(old);
  expect(isIssuedBy(file(dir, 'mosaic-receiver-kafka/tls.crt'), issuer.certificate)).toBe(true);
  await expect(at(dir, (one) => issueAnew(one, 'kafka-ca'))).rejects.toThrow(/--finish/);

  await at(dir, (one) => forgetOld(one, 'kafka-ca'));
  expect(allTrustAll()).toBe(true);
  expect(file(dir, 'agent-1/mosaic-agent-kafka/ca.crt')).toBe(issuer.certificate);
  expect(Object.keys(filesIn(join(dir, 'mosaic-kafka-ca')))).toEqual(['ca.crt', 'ca.key']);
});

test('a lost key: the old authority stays trusted while the new one takes over', async () => {
  const dir = fresh();
  await at(dir, initialize);
  rmSync(join(dir, 'mosaic-cassandra-ca'), { recursive: true });
  await expect(at(dir, (one) => trustNew(one, 'cassandra-ca', false))).rejects.toThrow(/--lost/);
  await at(dir, (one) => trustNew(one, 'cassandra-ca', true));
  expect(certificatesIn(file(dir, 'mosaic-cassandra-tls/ca.crt'))).toHaveLength(2);
  expect((await at(dir, initialize)).made).toEqual([]);
  await at(dir, (one) => issueAnew(one, 'cassandra-ca'));
  await at(dir, (one) => forgetOld(one, 'cassandra-ca'));
  expect((await at(dir, (one) => credentialLines(one))).every(({ state }) => state === 'good')).toBe(true);
  expect(isIssuedBy(file(dir, 'mosaic-api-cassandra/tls.crt'), file(dir, 'mosaic-cassandra-ca/ca.crt'))).toBe(true);
});

test('a step that was interrupted is taken again', async () => {
  const dir = fresh();
  await at(dir, initialize);
  await at(dir, (one) => trustNew(one, 'kafka-ca', false));
  const bundle = file(dir, 'mosaic-api-kafka/ca.crt');
  const alone = certificatesIn(bundle)[0] ?? '';
  writeFileSync(join(dir, 'mosaic-api-kafka/ca.crt'), alone); // as if it had been killed before this one
  await expect(at(dir, (one) => issueAnew(one, 'kafka-ca'))).rejects.toThrow(/api-kafka would not trust/);
  await at(dir, (one) => trustNew(one, 'kafka-ca', false));
  expect(file(dir, 'mosaic-api-kafka/ca.crt')).toBe(bundle);
  const before = file(dir, 'mosaic-deriver-kafka/tls.crt');
  const key = file(dir, 'mosaic-deriver-kafka/tls.key');
  await at(dir, (one) => issueAnew(one, 'kafka-ca'));
  writeFileSync(join(dir, 'mosaic-deriver-kafka/tls.crt'), before);
  writeFileSync(join(dir, 'mosaic-deriver-kafka/tls.key'), key);
  await expect(at(dir, (one) => forgetOld(one, 'kafka-ca'))).rejects.toThrow(/deriver-kafka: certificates of the old/);
  await at(dir, (one) => issueAnew(one, 'kafka-ca'));
  await at(dir, (one) => forgetOld(one, 'kafka-ca'));
  expect(isIssuedBy(file(dir, 'mosaic-deriver-kafka/tls.crt'), file(dir, 'mosaic-kafka-ca/ca.crt'))).toBe(true);
});

test('whoever changes a credential under a rotation is not overwritten', async () => {
  const dir = fresh();
  await at(dir, initialize);
  await at(dir, async ({ home }) => {
    const place = { realm: '', secret: 'mosaic-admin' };
    const kept = await home.read(place);
    if (kept === undefined) throw new Error('no admin');
    await home.replace(place, kept.files, { isCertificate: false, user: 0 }, kept);
    await expect(home.replace(place, kept.files, { isCertificate: false, user: 0 }, kept)).rejects.toThrow(
      /changed meanwhile/,
    );
  });
  utimesSync(join(dir, 'mosaic-admin/password'), new Date(NOON), new Date(NOON));
  const lines = await at(dir, (one) => credentialLines(one));
  expect(lines.find(({ name }) => name === 'admin')?.madeAt).toBeGreaterThan(0);
});
