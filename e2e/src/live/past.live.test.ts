// The past against a real API server: what kubectl printed at fifty moments is what the past of each moment prints, and kubectl's other words work there too.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectlAt } from '@mosaic/apiserver/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiAt, eventually } from '../journey/http.ts';
import { type Kubectl, kubectlOn } from '../journey/kubectl.ts';
import { begin, end, GADGETS, happen, NAMESPACE } from './past-objects.ts';
import { conversation, type Recording, recording } from './past-recordings.ts';
import { freePort, type Running, ready, run } from './processes.ts';

const MOMENTS = 50;
const AT_ONCE = 3;
const TALK_EVERY = 10;
const SETTLED_MS = 120;
const SPEED = 60;
/** Chunks of state are sealed every ten seconds; from then on the store alone answers. */
const KEPT_AFTER_MS = 20_000;

const data = mkdtempSync(join(tmpdir(), 'mosaic-past-'));
const kubeconfig = process.env.KUBECONFIG ?? '';
const talks: { readonly at: number; readonly said: ReadonlyMap<string, string> }[] = [];
const moments: { readonly at: number; readonly was: Recording }[] = [];
let kubectl: Kubectl;
let running: Running;
let url: string;
let cluster: string;

beforeAll(async () => {
  const context = await currentContext();
  kubectl = kubectlOn(kubeconfig, context);
  await end(kubectl); // of a run that was broken off
  await begin(kubectl);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  running = run('mosaic', { MOSAIC_DATA: data, MOSAIC_CLUSTERS: context, KUBECONFIG: kubeconfig, PORT: String(port) }, [
    'start',
  ]);
  await ready(url, running);
  const { items } = await apiAt(url).get<{ items: readonly { readonly name: string }[] }>('/api/v1/clusters');
  cluster = items[0]?.name ?? '';
  await liveThrough();
}, 480_000);
afterAll(async () => {
  await running?.stop();
  await end(kubectl);
  rmSync(data, { recursive: true, force: true });
});

const currentContext = async (): Promise<string> => {
  const any = await kubectlOn(kubeconfig, '')(['config', 'view', '-o', 'jsonpath={.current-context}']);
  return any.trim();
};

async function liveThrough(): Promise<void> {
  await eventually('the cluster is watched', async () => ((await namesNow()).length > 0 ? true : undefined));
  for (let round = 1; round <= MOMENTS; round++) {
    await happen(kubectl, round, MOMENTS);
    const moment = await quietMoment();
    moments.push(moment);
    if (round % TALK_EVERY === 0) await talk(moment);
  }
  const last = moments.at(-1)?.at ?? 0;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, last + KEPT_AFTER_MS - Date.now())));
}

/** What kubectl says of a moment, when nothing changed while it spoke. */
async function talk({ was }: { readonly was: Recording }): Promise<void> {
  const said = await conversation(kubectl);
  const at = Date.now();
  if (JSON.stringify(asText(was)) === JSON.stringify(asText(await recording(kubectl)))) talks.push({ at, said });
}

const namesNow = async (): Promise<readonly unknown[]> =>
  (await apiAt(url).get<{ items: readonly unknown[] }>(`/at/now/${cluster}/api/v1/namespaces/${NAMESPACE}/configmaps`))
    .items;

/** Controllers go on working: a moment counts when nothing changed from before it to after it. */
async function quietMoment(): Promise<{ readonly at: number; readonly was: Recording }> {
  let before = await recording(kubectl);
  for (;;) {
    const at = Date.now();
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    const after = await recording(kubectl);
    if (JSON.stringify(asText(before)) === JSON.stringify(asText(after))) return { at, was: before };
    before = after;
  }
}
const asText = ({ objects, gadgets }: Recording) => [[...objects], gadgets && [...gadgets]];

/** kubectl as it would have been at that moment; `more` goes behind the instant. */
const kubectlThen =
  (at: number, more = ''): Kubectl =>
  (args, input) => {
    const server = `${url}/at/${iso(at)}${more}/${cluster}`;
    return kubectl(['--server', server, '--cache-dir', join(data, 'kubectl'), ...args], input);
  };

describe('fifty moments of a real API server', () => {
  test('each is what kubectl printed of it', async () => {
    const left = moments.entries();
    const differing: string[] = [];
    const check = async (): Promise<void> => {
      for (const [i, { at, was }] of left) {
        const then = await recording(kubectlThen(at));
        differing.push(...differences(was, then).map((name) => `moment ${i}: ${name}`));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, check));
    expect(differing).toEqual([]);
    expect(moments.length).toBeGreaterThanOrEqual(50);
    const kinds = new Set(moments.flatMap(({ was }) => [...was.objects.values()].map(({ kind }) => kind)));
    expect(kinds.size).toBeGreaterThanOrEqual(30);
  }, 240_000);
});

describe('the words of kubectl', () => {
  test('are answered as they were then', async () => {
    expect(talks.length).toBeGreaterThanOrEqual(2);
    for (const { at, said } of talks) expect(await conversation(kubectlThen(at))).toEqual(said);
  }, 120_000);

  test('Secrets are redacted, and kubectl says so', async () => {
    const { at } = moments.at(-1) ?? { at: 0 };
    const kept = await kubectlThen(at)(['-n', NAMESPACE, 'get', 'secret', 'vault', '-o', 'jsonpath={.data.password}']);
    expect(Buffer.from(kept, 'base64').toString()).not.toContain('hunter2');
    const response = await fetch(`${url}/at/${iso(at)}/${cluster}/api/v1/namespaces/${NAMESPACE}/secrets/vault`);
    expect(response.headers.get('warning')).toContain('never recorded');
  });

  test('a watch replays what came after its moment, faster when that is asked', async () => {
    const [from, to] = [moments[0]?.at ?? 0, moments.at(-1)?.at ?? 0];
    const seconds = Math.ceil((to - from) / 1000 / SPEED) + 3;
    const watching = await kubectlAt(`${url}/at/${iso(from)};speed=${SPEED}/${cluster}`);
    const words = ['-n', NAMESPACE, 'get', 'configmap', 'phoenix', '-o', 'json', '--watch'];
    const { out } = await watching.run([...words, `--request-timeout=${seconds}s`]);
    await watching.close();
    const lives = [...out.matchAll(/"life": "(\d+)"/g)].map(([, life]) => Number(life));
    expect(new Set(lives).size).toBe(
      1 + Array.from({ length: MOMENTS }, (_, i) => i + 1).filter((n) => n % 4 === 2).length,
    );
    expect(lives).toEqual(lives.toSorted((a, b) => a - b));
  }, 60_000);
});

const iso = (at: number): string => new Date(at).toISOString();

/** Names of what is not equal, with the first field that differs. */
function differences(was: Recording, then: Recording): string[] {
  const found: string[] = [];
  for (const [expected, got] of [
    [was.objects, then.objects],
    [was.gadgets ?? new Map(), then.gadgets ?? new Map()],
  ] as const) {
    for (const name of new Set([...expected.keys(), ...got.keys()])) {
      const [a, b] = [expected.get(name), got.get(name)];
      const where = differs(a, b, '');
      if (where !== undefined) found.push(`${name}: ${where}`);
    }
  }
  if (JSON.stringify([...was.objects.keys()]) !== JSON.stringify([...then.objects.keys()])) found.push('another order');
  if ((was.gadgets === undefined) !== (then.gadgets === undefined)) found.push(`${GADGETS}: known only once`);
  return found;
}

function differs(a: unknown, b: unknown, path: string): string | undefined {
  if (a === b) return undefined;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path}: ${JSON.stringify(a)?.slice(0, 80)} was printed, ${JSON.stringify(b)?.slice(0, 80)} is told`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const where = differs(Reflect.get(a, key), Reflect.get(b, key), `${path}.${key}`);
    if (where !== undefined) return where;
  }
  return undefined;
}
