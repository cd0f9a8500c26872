// The whole of it as a user gets it: servers installed by the command on a real node, every pod of theirs for real; agents beside them; an upgrade that is
// interrupted; another cluster that joins by a token and sends over the brokers' outer listener; and all of it taken away again.
// What this node cannot show: NetworkPolicies are taken by the API server and enforced by nobody here; Kafka's and Cassandra's images are made here.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaTransport, outcomesTopic, TOPICS } from '@mosaic/transport';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../journey/http.ts';
import { service } from '../services.ts';
import type { Ended } from './command.ts';
import { type Elsewhere, elsewhere } from './elsewhere.ts';
import {
  giveToken,
  IMAGE_SETS,
  OUTER_BROKERS,
  SERVER_SETS,
  type ServersCluster,
  SMALL,
  serversCluster,
} from './servers-cluster.ts';

const WITHIN_MS = 420_000;
/** Agents that were cut off try again after up to half a minute. */
const SEEN_WITHIN_MS = 120_000;
const told = (line: string): void => console.log(`[servers] ${line}`);
const flagsOf = (sets: readonly string[]): readonly string[] => sets.flatMap((set) => ['--set', set]);
const AGENT_SETS = [...IMAGE_SETS, 'cluster.name=prod', 'nodeAgent.dataPath=/var/lib/mosaic-dev-node/agent'];

let prod: ServersCluster;
let edge: Elsewhere;
let before: readonly string[];
let url: string;
let token: string;
const passed = (ended: Ended): string => {
  expect(ended.code, ended.said).toBe(0);
  return ended.said;
};

beforeAll(async () => {
  await service('/node/stop'); // a machine has one
  prod = await serversCluster(told);
  before = await prod.everything();
}, WITHIN_MS);
afterAll(async () => {
  await prod?.stop();
}, WITHIN_MS);

interface Found {
  readonly name: string;
  readonly cluster: number;
}

/** ConfigMaps of this name that the installed api knows of. */
async function seen(name: string): Promise<readonly Found[]> {
  const answer = await fetch(`${url}/api/v1/objects?kind=ConfigMap&name=${name}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { items: readonly Found[] }).items; // as the API answers
}

const arrived = (name: string): Promise<readonly Found[]> =>
  eventually(
    `${name} is seen`,
    async () => {
      const found = await seen(name);
      return found.length > 0 ? found : undefined;
    },
    SEEN_WITHIN_MS,
  );

const passwordFile = (): string => join(prod.folder, 'password');

/** As who reads the password by the line that the install printed. */
async function signIn(said: string): Promise<void> {
  const lines = said.split('\n').map((line) => line.trim());
  const typedLine = (word: string): string =>
    lines.find((line) => line.startsWith('kubectl ') && line.includes(word)) ?? `no line has ${word}`;
  url = await prod.forward(typedLine('port-forward').replace('9000:80', ':80'));
  const password = await prod.typed(typedLine('mosaic-admin'));
  expect(Buffer.from(password, 'base64url')).toHaveLength(32);
  writeFileSync(passwordFile(), password, { mode: 0o600 });
  const answer = await fetch(`${url}/api/v1/sessions`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ name: 'admin', password, bearer: true }),
  });
  ({ token } = (await answer.json()) as { token: string }); // a session
}

const ready = async (namespace: string): Promise<readonly string[]> => {
  const path = '{range .items[*]}{.metadata.name} {.status.phase} {.status.containerStatuses[*].ready}{"\\n"}{end}';
  return (await prod.kubectl(['-n', namespace, 'get', 'pods', '-o', `jsonpath=${path}`])).trim().split('\n').sort();
};

test(
  'servers, a password, agents, data: by the commands that are printed',
  async () => {
    const began = Date.now();
    const since = (): string => `${((Date.now() - began) / 1000).toFixed(0)} s`;
    const said = passed(await prod.mosaic('install', 'servers', '--yes', '--values', SMALL, ...flagsOf(SERVER_SETS)));
    told(`${said}\nservers are whole after ${since()}`);
    const pods = (await ready('mosaic')).filter((line) => !line.startsWith('mosaic-kafka-acls'));
    expect(pods).toHaveLength(5);
    for (const line of pods) expect(line).toMatch(/^mosaic-(api|cassandra|deriver|kafka|receiver)-\S+ Running true$/);
    await signIn(said);
    await prod.kubectl(['create', 'configmap', 'first-seen']);
    told(passed(await prod.mosaic('install', 'agents', '--yes', ...flagsOf(AGENT_SETS))));
    expect(await arrived('first-seen')).toMatchObject([{ cluster: 1 }]);
    told(`first objects are seen ${since()} after the first command began`);
  },
  WITHIN_MS,
);

test('verify finds all of it whole, and nothing was set aside', async () => {
  const said = passed(await prod.mosaic('verify'));
  expect(said).toMatch(/✓ data: \d+ chunks written, 0 set aside in quarantine/);
  expect(said).not.toMatch(/^[·✗]/m);
});

test('Cassandra tells what it does on the console alone, as its manifest says', async () => {
  expect(await prod.kubectl(['-n', 'mosaic', 'logs', 'mosaic-cassandra-0', '--tail=2000'])).toMatch(
    /INFO +CassandraDaemon/,
  );
  const files = await prod.kubectl(['-n', 'mosaic', 'exec', 'mosaic-cassandra-0', '--', 'ls', '/var/log/cassandra']);
  expect(files.trim()).toBe('gc.log');
});

test(
  'an upgrade that is interrupted is gone on with, and rolls out; what was told meanwhile arrives',
  async () => {
    const wishes = flagsOf(['log.level=debug', 'kafka.retentionHours=27']);
    const uids = (): Promise<string> =>
      prod.kubectl([
        '-n',
        'mosaic',
        'get',
        'pods',
        '-l',
        'app.kubernetes.io/name in (mosaic-kafka,mosaic-receiver,mosaic-cassandra)',
        '-o',
        'jsonpath={range .items[*]}{.metadata.labels.app\\.kubernetes\\.io/name}={.metadata.uid} {end}',
      ]);
    const old = (await uids()).trim().split(' ');
    const cut = await prod.mosaic.killedAt(
      'changed  StatefulSet mosaic/mosaic-kafka',
      'upgrade',
      'servers',
      '--yes',
      ...wishes,
    );
    expect(cut.code, cut.said).toBeNull();
    await prod.kubectl(['create', 'configmap', 'told-meanwhile']);
    const verified = await prod.mosaic('verify');
    expect(verified.said).toContain('an install that was interrupted');
    expect(verified.code).toBe(1);
    const said = passed(await prod.mosaic('upgrade', 'servers', '--yes'));
    expect(said).toContain('a run was interrupted; this one goes on');
    const now = (await uids()).trim().split(' ');
    expect(now.filter((one) => old.includes(one))).toEqual(old.filter((one) => one.startsWith('mosaic-cassandra=')));
    const running = ['-n', 'mosaic', 'exec', 'mosaic-kafka-0', '--', 'cat', '/run/mosaic/server.properties'];
    expect(await prod.kubectl(running)).toContain('log.retention.hours=27');
    const levels = '{.items[*].spec.template.spec.containers[0].env[?(@.name=="LOG_LEVEL")].value}';
    expect(await prod.kubectl(['-n', 'mosaic', 'get', 'deployments', '-o', `jsonpath=${levels}`])).toBe(
      'debug debug debug',
    );
    url = await prod.forward('kubectl -n mosaic port-forward svc/mosaic :80'); // to the new pod
    expect(await arrived('told-meanwhile')).toMatchObject([{ cluster: 1 }]);
    const again = await prod.mosaic('upgrade', 'servers', '--yes', '--set', 'image.tag=0.0.9');
    expect(again.said).toContain('which is newer than 0.0.9');
  },
  WITHIN_MS,
);

test(
  'another cluster joins by a token, sends over the listener for the outside, and is seen under its own number',
  async () => {
    const opened = Date.now();
    edge = await elsewhere('edge', prod.folder, prod.closing);
    told(`edge has an API server after ${((Date.now() - opened) / 1000).toFixed(1)} s`);
    const mosaic = prod.signedIn(url, edge.cluster.kubeconfigPath);
    passed(await mosaic('login', '--password-file', passwordFile()));
    await giveToken(edge.kubectl, prod.folder, passed(await mosaic('clusters', 'add', 'edge', '--token-only')).trim());
    const sets = [...IMAGE_SETS, 'cluster.name=edge', `cluster.server=${url}`, 'cluster.joinSecret=mosaic-join'];
    const where = ['--context', 'edge', '--wait-for', '0']; // there is no machine for its pods
    const said = passed(await mosaic('install', 'agents', '--yes', ...where, ...flagsOf(sets)));
    expect(said).toMatch(/✓ joined: .*"id":2/);
    const began = Date.now();
    await edge.kubectl(['create', 'configmap', 'only-on-edge']);
    const agent = await edge.runAgent();
    const over = agent.ended.then(() => Promise.reject(new Error('the agent ended')));
    const found = await Promise.race([arrived('only-on-edge'), over]).catch((error: unknown) => {
      throw new Error(agent.output(), { cause: error });
    });
    expect(found).toMatchObject([{ cluster: 2 }]);
    told(`edge is seen ${((Date.now() - began) / 1000).toFixed(1)} s after its agent began to start`);
    expect(await seen('first-seen')).toMatchObject([{ cluster: 1 }]);
  },
  WITHIN_MS,
);

test(
  'with the certificate of the one cluster nothing is said for the other',
  async () => {
    const files = await edge.secret('mosaic-agent-kafka');
    const ssl = { ca: [files['ca.crt'] ?? ''], cert: files['tls.crt'] ?? '', key: files['tls.key'] ?? '' };
    const transport = kafkaTransport({
      brokers: OUTER_BROKERS.join(','),
      clientId: 'edge',
      ssl,
      publishWithinMs: 6_000,
    });
    const one = [{ key: '1', value: new Uint8Array([1]) }];
    await expect(transport.publish(outcomesTopic(1), one)).rejects.toThrow(/uthoriz/);
    await expect(transport.publish(TOPICS.quarantine, one)).rejects.toThrow(/uthoriz/);
    await transport.publish(outcomesTopic(2), one); // its own
    await transport.close();
  },
  WITHIN_MS,
);

test(
  'agents come by one file too: its Job makes their Secrets, makes their key known, and gives up its rights',
  async () => {
    passed(await prod.mosaic('uninstall', 'agents', '--yes', '--delete-all'));
    const file = join(prod.folder, 'agents.yaml');
    writeFileSync(file, passed(await prod.mosaic('manifests', 'agents', ...flagsOf(AGENT_SETS))));
    const began = Date.now();
    const since = (): string => `${((Date.now() - began) / 1000).toFixed(0)} s`;
    await prod.kubectl(['apply', '-f', file]);
    await prod.kubectl(['create', 'configmap', 'by-one-file']);
    expect(await arrived('by-one-file')).toMatchObject([{ cluster: 1 }]);
    told(`by one file: seen ${since()} after it was applied`);
    await eventually('the Job gives up its rights', async () => {
      const kinds = 'roles,rolebindings,serviceaccounts,configmaps,networkpolicies';
      const left = await prod.kubectl(['get', kinds, '-A', '-o', 'name']);
      return left.includes('mosaic-init') ? undefined : left;
    });
    told(`by one file: no rights are left ${since()} after it was applied`);
    await prod.kubectl(['delete', '-f', file, '--ignore-not-found', '--wait=false']);
  },
  WITHIN_MS,
);

test(
  'uninstall asks, and leaves the cluster as it was',
  async () => {
    const asked = await prod.mosaic('uninstall', 'servers');
    expect(asked.code, asked.said).toBe(2);
    expect(await ready('mosaic')).toContainEqual(expect.stringMatching(/^mosaic-kafka-0 Running true$/));
    const said = passed(await prod.mosaic('uninstall', 'servers', '--yes', '--delete-all'));
    expect(said).toContain('removed  volumes: mosaic/data-mosaic-cassandra-0, mosaic/data-mosaic-kafka-0');
    expect(said).toContain('removed  namespace mosaic');
    const others = /^ConfigMap default (first-seen|told-meanwhile|by-one-file)$/;
    const left = async (): Promise<readonly string[]> => (await prod.everything()).filter((line) => !others.test(line));
    await eventually('all of it is gone', async () => ((await left()).length <= before.length ? true : undefined));
    expect(await left()).toEqual(before);
  },
  WITHIN_MS,
);
