import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { x509 } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import {
  agentGroups,
  hearCommands,
  type KafkaOptions,
  kafkaAcls,
  kafkaTransport,
  outcomesTopic,
  rulesOfAgents,
  rulesOfServer,
  SERVERS,
  TOPICS,
  type Transport,
} from '@mosaic/transport';
import { type Command, commandsTopic, Unavailable, writeCommand } from '@mosaic/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../journey/http.ts';
import { lineOf, rulesIn } from './acl-script.ts';
import { chunkBy, chunkOf, enrol, PODS_PER_CHUNK, podsOf } from './cluster.ts';
import { certificatesIn, mosaic, type Secure, secureInstallation, signIn } from './installation.ts';
import { asAdministrator, newcomer } from './newcomer.ts';
import { renderedServers } from './rendered.ts';
import { seen, shownByProcesses, valuesIn } from './shown.ts';

const { issue, certifyAgent, makeRequest, readRequest } = await x509();
const YEARS_AGO_MS = 2 * 365 * 86_400_000;
const one = (text: string) => [{ key: '1', value: Buffer.from(text) }];

const CHUNKS = 30;
let url: string;
let secure: Secure;
let store: Store;
let folder: string;
const transports: Transport[] = [];
const as = (options: KafkaOptions): Transport => {
  const transport = kafkaTransport(options);
  transports.push(transport);
  return transport;
};
const agent = (cluster: number): Transport => as(secure.kafkaAs(`agent-${cluster}/mosaic-agent-kafka`));
const server = (name: string): Transport => as(secure.kafkaAs(`mosaic-${name}-kafka`));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-stranger-'));
  secure = await secureInstallation();
  store = await secure.openStore();
  expect(await enrol(secure, store, ['a', 'b'])).toEqual([1, 2]);
});
afterAll(async () => {
  await Promise.all(transports.map((transport) => transport.close()));
  await store?.close();
  await secure?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A certificate of the right authority whose time is over. */
async function expired(authority: string, commonName: string): Promise<{ cert: string; key: string }> {
  const file = (name: string) => readFileSync(join(secure.secrets, `mosaic-${authority}`, name), 'utf8');
  const by = { certificate: file('ca.crt'), key: file('ca.key') };
  const asked = { commonName, names: [], now: Date.now() - YEARS_AGO_MS, days: 30 };
  const { certificate: cert, key } = await issue(by, asked);
  return { cert, key };
}

/** Files of an installation that has nothing to do with this one. */
async function stranger(): Promise<string> {
  const dir = join(folder, 'secrets');
  await mosaic('init', '--dir', dir, '--agent', '1');
  return dir;
}

describe('Kafka', () => {
  test('refuses plain text, no certificate, one of another authority, and an expired one', async () => {
    const right = secure.kafkaAs('mosaic-receiver-kafka');
    const { ca, ...own } = certificatesIn(join(secure.secrets, 'mosaic-receiver-kafka'));
    const foreign = certificatesIn(join(await stranger(), 'mosaic-receiver-kafka'));
    const tries: Record<string, KafkaOptions['ssl']> = {
      'plain text': false,
      'no certificate': { ca },
      'another authority': { ...foreign, ca },
      expired: { ...(await expired('kafka-ca', 'mosaic-receiver')), ca },
    };
    for (const [what, ssl] of Object.entries(tries)) {
      const transport = as({ ...right, ...(ssl !== undefined && { ssl }) });
      expect((await transport.health()).ok, what).toBe(false);
    }
    expect(await as({ ...right, ssl: { ...own, ca } }).health()).toEqual({ ok: true });
  });

  test('is refused by clients when it shows a certificate of another authority', async () => {
    const { ca } = certificatesIn(join(folder, 'secrets/mosaic-receiver-kafka'));
    const own = certificatesIn(join(secure.secrets, 'mosaic-receiver-kafka'));
    const health = await as({ ...secure.kafkaAs('mosaic-receiver-kafka'), ssl: { ...own, ca } }).health();
    expect(health.ok).toBe(false);
    expect(health.detail).toMatch(/certificate/);
  });

  test('the rules that the manifests set are those of the tables, and the broker has them', async () => {
    const wanted = [...SERVERS.flatMap((name) => rulesOfServer(name)), ...rulesOfAgents(1)].map(lineOf).sort();
    expect(rulesIn((await renderedServers([1])).rulesScript, folder)).toEqual(wanted);
    const acls = kafkaAcls(secure.kafkaAs('mosaic-api-kafka'));
    expect((await acls.aclsOf('mosaic-agent-1')).map(lineOf).sort()).toEqual(rulesOfAgents(1).map(lineOf).sort());
    await acls.close();
  });

  test('agents of one cluster write data and their own outcomes, and hear their own commands', async () => {
    await server('receiver').ensureTopics(Object.values(TOPICS).map((topic) => ({ topic })));
    const heard: Command[] = [];
    const ear = await hearCommands({
      transport: agent(1),
      cluster: 1,
      as: 'cluster-agent',
      on: (it) => heard.push(it),
    });
    await agent(1).publish(TOPICS.logs, one('data'));
    await agent(1).publish(outcomesTopic(1), one('done'));
    const command = { kind: 'hold', until: Date.now() } as const;
    await server('api').publish(commandsTopic(1), [{ key: '1', value: writeCommand(command) }]);
    await eventually('the command is heard', async () => heard[0]);
    expect(heard).toEqual([command]);
    await ear.stop();
  });

  test('they write nothing else, and hear nothing of others', async () => {
    await server('api').publish(commandsTopic(2), [{ key: '2', value: writeCommand({ kind: 'hold', until: 1 }) }]);
    await agent(2).publish(outcomesTopic(2), one('done'));
    for (const topic of [TOPICS.quarantine, outcomesTopic(2), commandsTopic(1), commandsTopic(2), 'mosaic.else'])
      await expect(agent(1).publish(topic, one('x')), topic).rejects.toThrow(/[Nn]ot authorized|authorization/);
    const troubles = await Promise.all([
      troubleOf(agent(1), `${agentGroups(1)}spy`, commandsTopic(2)),
      troubleOf(agent(1), `${agentGroups(1)}spy`, TOPICS.objects),
      troubleOf(agent(1), `${agentGroups(2)}cluster-agent`, commandsTopic(1)),
      troubleOf(agent(1), 'mosaic-receiver', TOPICS.logs),
    ]);
    // For a group that is not one's own kafkajs says no more than that nobody coordinates it.
    for (const trouble of troubles) expect(trouble).toMatch(/[Nn]ot authorized|group coordinator/);
  });

  test('takes of the agents’ authority agents alone: with their chain, by their name, below their subject', async () => {
    const file = (secret: string, name: string) => readFileSync(join(secure.secrets, secret, name), 'utf8');
    const by = { certificate: file('mosaic-agents-ca', 'tls.crt'), key: file('mosaic-agents-ca', 'tls.key') };
    const ca = file('mosaic-kafka-ca', 'ca.crt');
    const lasting = { now: Date.now(), days: 1 };
    const certified = async (principal: string, chain = by.certificate): Promise<Transport> => {
      const { key, request } = await makeRequest();
      const cert = await certifyAgent(by, { request: await readRequest(request), principal, ...lasting });
      return as({ ...secure.kafkaAs('mosaic-api-kafka'), ssl: { ca: [ca], cert: `${cert}${chain}`, key } });
    };
    await (await certified('mosaic-agent-1')).publish(TOPICS.logs, one('by a chain'));
    await expect((await certified('mosaic-agent-1')).publish(commandsTopic(1), one('x'))).rejects.toThrow(/uthoriz/);
    expect((await (await certified('mosaic-agent-1', '')).health()).ok, 'without its chain').toBe(false);
    for (const name of ['mosaic-kafka', 'mosaic-receiver', 'mosaic-agent-1x'])
      expect((await (await certified(name)).health()).ok, name).toBe(false);
    const elsewhere = await issue(by, { commonName: 'mosaic-kafka', names: [], ...lasting });
    const ssl = { ca: [ca], cert: `${elsewhere.certificate}${by.certificate}`, key: elsewhere.key };
    expect((await as({ ...secure.kafkaAs('mosaic-api-kafka'), ssl }).health()).ok, 'another subject').toBe(false);
  });

  test('agents may set no rules', async () => {
    const acls = kafkaAcls(secure.kafkaAs('agent-1/mosaic-agent-kafka'));
    await expect(acls.createAcls(rulesOfAgents(2, 'mosaic-agent-1'))).rejects.toBeInstanceOf(Unavailable);
    await acls.close();
  });

  test('revoked, an agent writes nothing more over the connection it has', async () => {
    const revoked = agent(2);
    await revoked.publish(TOPICS.logs, one('before'));
    const acls = kafkaAcls(secure.kafkaAs('mosaic-api-kafka'));
    expect(await acls.deleteAclsOf('mosaic-agent-2')).toBe(rulesOfAgents(2).length);
    await expect(revoked.publish(TOPICS.logs, one('after'))).rejects.toThrow(/[Nn]ot authorized/);
    await acls.createAcls(rulesOfAgents(2));
    await agent(2).publish(TOPICS.logs, one('again'));
    expect(await acls.deleteAcls(rulesOfAgents(9))).toBe(0);
    await acls.close();
  });
});

describe('Cassandra', () => {
  test('refuses plain text, no certificate, one of another authority, and an expired one', async () => {
    const write = (name: string, { cert, key }: { cert: string; key: string }) => {
      writeFileSync(join(folder, `${name}.crt`), cert);
      writeFileSync(join(folder, `${name}.key`), key, { mode: 0o600 });
      return { CASSANDRA_CERT: join(folder, `${name}.crt`), CASSANDRA_KEY: join(folder, `${name}.key`) };
    };
    const foreign = join(folder, 'secrets/mosaic-receiver-cassandra');
    const none = { CASSANDRA_CERT: '', CASSANDRA_KEY: '' };
    const tries: Record<string, Record<string, string>> = {
      'plain text': { ...none, CASSANDRA_CA: '' },
      'no certificate': none,
      'another authority': write('foreign', certificatesIn(foreign)),
      'a ring of another authority': { CASSANDRA_CA: join(foreign, 'ca.crt') },
      'a ring of another name': { CASSANDRA_TLS_NAME: 'somebody-else' },
    };
    for (const [what, change] of Object.entries(tries))
      await expect(secure.openStore(change), what).rejects.toThrow(/Cassandra does not answer/);
    const late = await expired('cassandra-ca', 'mosaic-receiver');
    await expect(secure.openStore({}, late)).rejects.toThrow(/Cassandra does not answer/);
    await expect(secure.openStore(write('late', late))).rejects.toThrow(/expired on .*mosaic rotate due/);
    await (await secure.openStore()).close();
  });
});

describe('the servers, with the settings of the manifests', () => {
  test('what an agent sends is kept and shown; what it says in another cluster’s name is not', async () => {
    const aside: string[] = [];
    const superuser = as(secure.kafkaAs('mosaic-kafka-tls'));
    await superuser.ensureTopics([{ topic: TOPICS.quarantine }]);
    const watching = await superuser.subscribe({
      group: 'spectator',
      topics: [TOPICS.quarantine],
      handle: async (batch) => void aside.push(...batch.map(({ headers }) => headers?.reason ?? '')),
    });
    await secure.server('receiver');
    await secure.server('deriver');
    url = await secure.server('api');
    await agent(1).publish(TOPICS.objects, [{ key: '1', value: chunkOf(secure, 1, 0, 'mine') }]);
    await agent(1).publish(TOPICS.objects, [{ key: '2', value: chunkOf(secure, 1, 0, 'theirs', 2) }]);
    await eventually('it is kept', async () => ((await podsOf(store, 1, 'mine')).length === 5 ? true : undefined));
    await eventually('the other is set aside', async () => aside.find((reason) => /key/.test(reason)));
    expect(await podsOf(store, 2, 'theirs')).toEqual([]);
    const asked = `${url}/api/v1/clusters`;
    await eventually('nobody is let in', async () => ((await fetch(asked)).status === 401 ? true : undefined));
    const shown = await fetch(asked, { headers: { authorization: `Bearer ${await signIn(url, secure)}` } });
    const { items } = (await shown.json()) as { readonly items: readonly { readonly name: string }[] };
    expect(items.map(({ name }) => name).sort()).toEqual(['a', 'b']);
    await watching.stop();
  });

  test('a cluster elsewhere joins by its token alone, sends, renews as it sends, and is shut out at once', async () => {
    const by = { url, bearer: await signIn(url, secure) };
    const { cluster, signer, transport, token, renew, swap } = await newcomer(secure, folder, 'elsewhere', by);
    const send = (seq: number, claims = cluster): Promise<void> =>
      transport.publish(TOPICS.objects, [{ key: `${cluster}`, value: chunkBy(signer, seq, 'elsewhere', claims) }]);
    const heard: Command[] = [];
    const ear = await hearCommands({ transport, cluster, as: 'cluster-agent', on: (it) => heard.push(it) });
    const swaps: Promise<void>[] = [];
    for (let seq = 0; seq < CHUNKS; seq++) {
      if (seq % 15 === 5) swaps.push(swap());
      await send(seq);
    }
    await Promise.all(swaps);
    const command = { kind: 'hold', until: 7 } as const;
    await server('api').publish(commandsTopic(cluster), [{ key: '1', value: writeCommand(command) }]);
    await eventually('it hears its commands', async () => heard[0]);
    expect([heard, swaps.length]).toEqual([[command], 2]);
    const kept = await eventually('all is kept', async () => {
      const pods = await podsOf(store, cluster, 'elsewhere');
      return pods.length >= CHUNKS * PODS_PER_CHUNK ? pods : undefined;
    });
    expect([kept.length, new Set(kept).size]).toEqual([CHUNKS * PODS_PER_CHUNK, CHUNKS * PODS_PER_CHUNK]);
    await expect(transport.publish(commandsTopic(cluster), one('x'))).rejects.toThrow(/[Nn]ot authorized/);

    expect((await asAdministrator(by, 'DELETE', '/clusters/elsewhere/keys')).status).toBe(204);
    await expect(renew()).rejects.toThrow(/was revoked; a new token/);
    await expect(send(CHUNKS)).rejects.toThrow(/[Nn]ot authorized/);
    expect(seen(new Map([['join token', token]]), shownByProcesses())).toEqual([]);
    await ear.stop();
    await transport.close();
  });

  test('agents’ key and certificate are replaced by their server, where no authority’s key is', async () => {
    const before = certificatesIn(join(secure.secrets, 'agent-1/mosaic-agent-kafka'));
    expect(await secure.mosaic('rotate', 'agent-1', '--server', url)).toContain('rotated    agent-1-kafka');
    const after = certificatesIn(join(secure.secrets, 'agent-1/mosaic-agent-kafka'));
    expect([after.key === before.key, after.cert === before.cert]).toEqual([false, false]);
    await agent(1).publish(TOPICS.logs, one('by its server'));
  });

  test('no value of a credential is in an argument, an environment, or anything that was printed', () => {
    const values = valuesIn(secure.secrets);
    expect(values.size).toBeGreaterThan(20);
    expect(seen(values, new Map([['everywhere', [...values.values()].join(' ')]]))).toHaveLength(values.size);
    expect(seen(values, shownByProcesses())).toEqual([]);
    expect(seen(values, secure.printed())).toEqual([]);
  });
});

/** What a subscription is told when it may not be. */
async function troubleOf(transport: Transport, group: string, topic: string): Promise<string> {
  const told = Promise.withResolvers<string>();
  const handle = async (): Promise<void> => told.resolve('heard something');
  void transport.subscribe({
    ...{ group, topics: [topic], handle },
    onTrouble: ({ error }) => told.resolve(String(error)),
  });
  return told.promise;
}
