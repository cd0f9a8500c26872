import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEd25519 } from '@mosaic/runtime';
import {
  problemSchema,
  REPORT_FORMATS,
  readSeal,
  reportKeySchema,
  reportReader,
  reportRowText,
  sealedText,
} from '@mosaic/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Asked,
  apiOver,
  at,
  change,
  checkpoint,
  emptyWorld,
  iso,
  NOW,
  revision,
  slim,
  type World,
  watching,
} from '../testing.ts';
import { sealed } from './sealing.ts';

const deployment = slim({ kind: 'Deployment', name: 'checkout', createdAt: at(120) });
const pod = slim({ kind: 'Pod', name: 'checkout-5d-0', owner: deployment.uid, createdAt: at(30) });
const digest = `sha256:${'c'.repeat(64)}`;
const manifest = (image: string) => ({
  kind: 'Deployment',
  spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
});
const running = {
  kind: 'Pod',
  spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'shop/checkout:1.9.0' }] },
  status: { containerStatuses: [{ image: 'shop/checkout:1.9.0', imageID: `registry/shop/checkout@${digest}` }] },
};

let world: World;
let asked: Asked;
const keyFile = join(mkdtempSync(join(tmpdir(), 'mosaic-report-')), 'keys', 'report.pem');
const settings = { host: '127.0.0.1', port: 0, reportKey: keyFile };

beforeAll(async () => {
  world = await emptyWorld();
  const { store, cluster } = world;
  const owned = { owner: deployment.uid };
  await store.objects.write(
    cluster,
    [
      revision(deployment, 1, at(120), manifest('shop/checkout:1.8.2')),
      revision(deployment, 7, at(40), manifest('shop/checkout:1.9.0'), { op: 'modify' }),
      revision(pod, 3, at(30), running, { op: 'add', ...owned }),
      revision(pod, 4, at(10), undefined, owned),
    ],
    NOW,
  );
  await store.changes.write(cluster, [
    change(deployment, 7, at(40), {
      actor: 'kubectl <script>',
      summary: 'image 1.8.2 → 1.9.0\nand "more"',
      severity: 2,
      fields: ['spec.image', 'spec.other'],
      diff: [{ path: 'spec.image', op: 'replace', before: '1.8.2', after: '1.9.0' }],
    }),
    change(pod, 4, at(10), { op: 'delete', severity: 0, actor: 'controller', summary: 'deleted', fields: [] }),
    change({ ...deployment, namespace: 'other' }, 9, at(5)),
  ]);
  await checkpoint(store, cluster, at(60), [deployment], 1);
  await store.coverage.write(cluster, [watching('eu-1', at(60), NOW)], NOW);
  asked = await apiOver(world, { settings });
});
afterAll(() => asked.api.close());

const path = (more = ''): string => `/api/v1/report?from=${iso(at(50))}&to=${iso(NOW)}${more}`;

/** Rows of a file, its seal and every part of it checked. */
async function read(more: string) {
  const response = await asked.get(path(more));
  const file = Buffer.from(await response.arrayBuffer());
  const found = readSeal(file.toString());
  if (found === undefined) throw new Error('no seal');
  const { format, seal, text } = found;
  const key = Buffer.from(seal.publicKey, 'base64');
  const isSigned = verifyEd25519(
    key,
    Buffer.from(sealedText(format, seal.parts)),
    Buffer.from(seal.signature, 'base64'),
  );
  let from = 0;
  for (const { bytes, sha256 } of seal.parts) {
    expect(
      createHash('sha256')
        .update(file.subarray(from, from + bytes))
        .digest('hex'),
    ).toBe(sha256);
    from += bytes;
  }
  expect(from + Buffer.byteLength(text)).toBe(file.length);
  const reader = reportReader(format);
  const rows = file
    .toString()
    .split(/\r?\n/)
    .flatMap((line) => reader(line) ?? []);
  return { response, rows, isSigned, seal, text: file.toString() };
}

test.each(REPORT_FORMATS)('a %s report tells what ran and what changed, sealed', async (format) => {
  const { response, rows, isSigned, seal } = await read(`&format=${format}`);
  expect(response.headers.get('content-disposition')).toMatch(new RegExp(`filename="mosaic-report-.*\\.${format}"`));
  expect(isSigned).toBe(true);
  for (const { row, sha256 } of rows)
    expect(createHash('sha256').update(reportRowText(row)).digest('hex')).toBe(sha256);
  expect(rows).toHaveLength(seal.parts.reduce((sum, part) => sum + part.rows, 0));
  const of = (section: string) => rows.map(({ row }) => row).filter((row) => row.section === section);
  expect(of('changes')).toHaveLength(3);
  expect(of('changes')[2]).toMatchObject({
    ...{ at: iso(at(40)), cluster: 'eu-1', kind: 'Deployment', name: 'checkout', version: '7', severity: '2' },
    ...{ by: 'kubectl <script>', what: 'image 1.8.2 → 1.9.0 and "more"' },
    fields:
      '[{"path":"spec.image","op":"replace","before":"1.8.2","after":"1.9.0"},{"path":"spec.other","op":"changed"}]',
    revision: createHash('sha256')
      .update(JSON.stringify(manifest('shop/checkout:1.9.0')))
      .digest('hex'),
  });
  expect(of('changes')[1]?.revision ?? '').toBe('');
  expect(of('workloads')).toMatchObject([
    { name: 'checkout', what: 'shop/checkout:1.8.2 → shop/checkout:1.9.0', at: iso(at(120)) },
  ]);
  expect(of('pods')).toMatchObject([
    { name: 'checkout-5d-0', by: 'n1', what: `shop/checkout:1.9.0 ${digest}`, until: iso(at(10)) },
  ]);
  expect(of('images')).toMatchObject([{ name: `shop/checkout:1.9.0 ${digest}`, what: '1 pod' }]);
  expect(of('actors').map(({ by }) => by)).toEqual(['kubectl <script>', 'kubectl', 'controller']);
  expect(of('coverage').find(({ kind }) => kind === 'objects')).toMatchObject({ what: 'all of it' });
  expect(of('gaps').some(({ kind, what }) => kind === 'logs' && what !== '')).toBe(true);
});

test('what weighs less is left out when asked, and that is told', async () => {
  const { rows } = await read('&format=json&minSeverity=2');
  expect(rows.filter(({ row }) => row.section === 'changes')).toHaveLength(1);
  expect(rows.find(({ row }) => row.name === 'Least severity')?.row.what).toContain('left out');
});

test('a page folds what is routine and says so; nothing of it is left out', async () => {
  const [page, table] = await Promise.all([read('&format=html'), read('&format=csv')]);
  const changes = ({ rows }: typeof page) => rows.filter(({ row }) => row.section === 'changes');
  const routine = changes(table).filter(({ row }) => row.severity === '0').length;
  expect(routine).toBeGreaterThan(0);
  expect(changes(page)).toHaveLength(changes(table).length);
  expect(page.text.match(/<tr class="changes" data-fold>/g)).toHaveLength(routine);
  expect(page.text).toContain(`${routine} of these ${changes(page).length} changes are routine`);
});

test('what people did is told with its place in the chain', async () => {
  const deed = { actor: 'ada', action: 'retention.change', target: '/api/v1/storage/retention', result: 'done' };
  const { hash, writer, n } = await world.store.audit.record(deed);
  const { rows } = await read(`&format=html&to=${iso(NOW)}`.replace(/&to.*/, ''));
  expect(rows.map(({ row }) => row)).toContainEqual(
    expect.objectContaining({
      section: 'deeds',
      by: 'ada',
      op: 'retention.change',
      version: `${writer} ${n}`,
      revision: hash,
    }),
  );
});

test('a namespace leaves out the others', async () => {
  const { rows } = await read('&format=json&namespace=other');
  expect(rows.filter(({ row }) => row.section === 'changes')).toHaveLength(1);
  expect(rows.filter(({ row }) => row.section === 'pods')).toHaveLength(0);
});

test('the page runs nothing and fetches nothing', async () => {
  const { text, response } = await read('');
  expect(text).not.toMatch(/<script|<link|<img|\son\w+=|url\(|https?:/);
  expect(text).toContain('kubectl &lt;script&gt;');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(text).toContain('for local by Mosaic');
});

test('JSON is JSON', async () => {
  const { text } = await read('&format=json');
  expect(JSON.parse(text)).toMatchObject({
    mosaicReport: 1,
    changes: [{}, {}, { fields: [{}, {}] }],
    seal: { algorithm: 'Ed25519' },
  });
});

test('the key is made once, kept for its owner alone, and told', async () => {
  const key = reportKeySchema.parse(await asked.ask('/api/v1/report/key'));
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect((await read('')).seal).toMatchObject({ keyId: key.keyId, publicKey: key.publicKey });
  const kept = readFileSync(keyFile, 'utf8');
  const again = await apiOver(world, { settings });
  expect(await again.ask('/api/v1/report/key')).toEqual(key);
  await again.api.close();
  expect(readFileSync(keyFile, 'utf8')).toBe(kept);
});

test('a key that is none is told, not made anew', async () => {
  const wrong = join(mkdtempSync(join(tmpdir(), 'mosaic-report-')), 'key.pem');
  writeFileSync(wrong, 'not a key');
  const other = await apiOver(world, { settings: { ...settings, reportKey: wrong } });
  const response = await other.get(path());
  expect(response.status).toBe(503);
  expect(problemSchema.parse(await response.json()).detail).toContain(wrong);
  await other.api.close();
});

test.each([
  ['&format=pdf', 400],
  ['&nonsense=1', 400],
  ['&cluster=nowhere', 404],
])('%s is refused with %i', async (more, status) => {
  expect((await asked.get(path(more))).status).toBe(status);
});

test('what is older than retention is refused before a byte is written', async () => {
  const response = await asked.get(`/api/v1/report?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z`);
  expect(response.status).toBe(410);
});

test('a report that begins before what is kept is whole: what ran is told from the first that is', async () => {
  const old = await emptyWorld();
  const began = NOW - 60 * 86_400_000;
  const long = slim({ kind: 'Deployment', name: 'ledger', createdAt: began });
  await old.store.objects.write(old.cluster, [revision(long, 1, began, manifest('shop/ledger:1'))], began);
  await old.store.objects.write(old.cluster, [revision(long, 2, at(60), manifest('shop/ledger:2'))], NOW);
  const asking = await apiOver(old, { settings });
  const response = await asking.get(`/api/v1/report?format=json&from=${iso(NOW - 90 * 86_400_000)}&to=${iso(NOW)}`);
  const { workloads } = (await response.json()) as { workloads: unknown };
  expect(JSON.stringify(workloads)).toContain('shop/ledger:2');
  await asking.api.close();
});

test('rows are not held: blocks come while rows are still being read', async () => {
  let made = 0;
  async function* rows() {
    for (; made < 100_000; made++) yield { section: 'changes' as const, what: 'x'.repeat(200) };
  }
  const { makeKey } = await import('@mosaic/runtime');
  const blocks = sealed({ format: 'csv', title: '' }, [['changes', rows()]], makeKey());
  const first = await blocks.next();
  expect(first.done).toBe(false);
  expect(made).toBeLessThan(1_000);
  await blocks.return(undefined);
});
