import { nodeCompression } from '@mosaic/runtime';
import { memoryStore } from '@mosaic/store';
import { expect, it } from 'vitest';
import { at, iso, NOW, revision, slim } from '../testing.ts';
import { blameOf, blaming } from './blame.ts';

const CREATED = at(600);
const second = (instant: number): string => new Date(Math.floor(instant / 1000) * 1000).toISOString();

interface Book {
  readonly [manager: string]: { readonly time: number; readonly fields: object };
}

/** A manifest whose managers own these fields. */
const made = (spec: object, book: Book, labels: object = {}) => ({
  metadata: {
    labels,
    creationTimestamp: second(CREATED),
    managedFields: Object.entries(book).map(([manager, { time, fields }]) => ({
      manager,
      operation: 'Update',
      time: second(time),
      fieldsV1: fields,
    })),
  },
  spec,
});

const owned = (...names: readonly string[]) => ({ 'f:spec': Object.fromEntries(names.map((name) => [name, {}])) });

it('each field has who brought its value and when, though its manager wrote other fields since', () => {
  const first = made({ image: 'a', replicas: 2 }, { argo: { time: CREATED, fields: owned('f:image', 'f:replicas') } });
  const scaled = made(
    { image: 'a', replicas: 5 },
    { argo: { time: CREATED, fields: owned('f:image') }, anna: { time: at(90), fields: owned('f:replicas') } },
  );
  const released = made(
    { image: 'b', replicas: 5 },
    { argo: { time: at(30), fields: owned('f:image') }, anna: { time: at(90), fields: owned('f:replicas') } },
  );
  const blame = blaming({ at: at(10), manifest: made({ image: 'b', replicas: 5, port: 1 }, portBook()) });
  const told = [released, scaled, first].map((manifest, i) =>
    blame.before({ at: [at(30), at(90), CREATED][i] ?? 0, manifest }),
  );
  expect(told).toEqual([true, true, false]);
  expect(blame.lines()).toEqual([
    { path: 'spec.image', value: 'b', manager: 'argo', operation: 'Update', at: iso(at(30)) },
    { path: 'spec.port', value: 1, manager: 'argo', operation: 'Update', at: iso(at(10)) },
    { path: 'spec.replicas', value: 5, manager: 'anna', operation: 'Update', at: iso(at(90)) },
  ]);
});

const portBook = (): Book => ({
  argo: { time: at(10), fields: owned('f:image', 'f:port') },
  anna: { time: at(90), fields: owned('f:replicas') },
});

it('who came to own a value somebody else had set did not set it', () => {
  const anna = { time: at(90), fields: owned('f:replicas') };
  const argo = { time: at(20), fields: owned('f:replicas') };
  const blame = blaming({ at: at(20), manifest: made({ replicas: 5 }, { argo, anna }) });
  blame.before({ at: at(90), manifest: made({ replicas: 5 }, { anna }) });
  blame.before({ at: CREATED, manifest: made({ replicas: 2 }, { anna: { ...anna, time: CREATED } }) });
  expect(blame.lines()).toEqual([expect.objectContaining({ manager: 'anna', at: iso(at(90)) })]);
});

it('a value that left and came back was set when it came back', () => {
  const argo = (time: number) => ({ argo: { time, fields: owned('f:image') } });
  const blame = blaming({ at: at(10), manifest: made({ image: 'a' }, argo(at(10))) });
  blame.before({ at: at(20), manifest: made({ image: 'b' }, argo(at(20))) });
  blame.before({ at: at(30), manifest: made({ image: 'a' }, argo(at(30))) });
  expect(blame.lines()).toEqual([expect.objectContaining({ value: 'a', at: iso(at(10)) })]);
});

it('what was set before the history begins says so, unless the object began with it', () => {
  const born = { time: Math.floor(CREATED / 1000) * 1000, fields: owned('f:image') };
  const later = { time: at(300), fields: owned('f:replicas') };
  const manifest = made({ image: 'a', replicas: 2 }, { argo: born, anna: later });
  expect(blaming({ at: at(120), manifest }).lines()).toEqual([
    { path: 'spec.image', value: 'a', manager: 'argo', operation: 'Update', at: second(CREATED) },
    {
      path: 'spec.replicas',
      value: 2,
      manager: 'anna',
      operation: 'Update',
      at: second(at(300)),
      orBefore: true,
    },
  ]);
});

it('a change learnt of late has the time in the book', () => {
  const argo = (time: number) => ({ argo: { time, fields: owned('f:image') } });
  const blame = blaming({ at: at(10), manifest: made({ image: 'b' }, argo(at(55))) });
  blame.before({ at: at(90), manifest: made({ image: 'a' }, argo(at(200))) });
  expect(blame.lines()).toEqual([expect.objectContaining({ at: second(at(55)) })]);
});

it('items of lists, members of sets and keys with dots are followed by what they are, not by where they stand', () => {
  const fields = {
    'f:metadata': { 'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {} } },
    'f:spec': {
      'f:finalizers': { 'v:"b"': {} },
      'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:targetPort': {} } },
    },
  };
  const with_ = (ports: readonly object[], finalizers: readonly string[], time: number) =>
    made({ ports, finalizers }, { argo: { time, fields } }, { 'app.kubernetes.io/name': 'cart' });
  const [http, admin] = [
    { port: 80, protocol: 'TCP', targetPort: 8080 },
    { port: 90, protocol: 'TCP', targetPort: 9090 },
  ];
  const blame = blaming({ at: at(10), manifest: with_([admin, http], ['b', 'a'], at(10)) });
  blame.before({ at: at(40), manifest: with_([http], ['a', 'b'], at(40)) });
  blame.before({ at: at(50), manifest: with_([{ ...http, targetPort: 1 }], ['a'], at(50)) });
  blame.before({ at: at(60), manifest: {} });
  expect(blame.lines()).toEqual([
    expect.objectContaining({ path: 'metadata.labels[app.kubernetes.io/name]', value: 'cart', at: iso(at(50)) }),
    expect.objectContaining({ path: 'spec.finalizers[b]', value: 'b', at: iso(at(40)) }),
    expect.objectContaining({ path: 'spec.ports[80,TCP].targetPort', value: 8080, at: iso(at(40)) }),
  ]);
});

it.each([[{}], [null], [{ metadata: { managedFields: [{ fieldsV1: 'rubbish' }, 7] } }]])(
  'an object without the book has no lines: %j',
  (manifest) => {
    expect(blaming({ at: NOW, manifest }).lines()).toEqual([]);
  },
);

it('the past is walked page by page, as far as it takes', async () => {
  const store = memoryStore({ compression: nodeCompression, now: () => NOW });
  const one = slim({ kind: 'Deployment', name: 'cart' });
  const VERSIONS = 250;
  const manifestOf = (n: number) =>
    made(
      { image: n < 20 ? 'a' : 'b', replicas: n },
      {
        argo: { time: at(n < 20 ? 500 : 480), fields: owned('f:image') },
        hpa: { time: at(500 - n), fields: owned('f:replicas') },
      },
    );
  const revisions = Array.from({ length: VERSIONS }, (_, n) => revision(one, n + 1, at(500 - n), manifestOf(n)));
  await store.objects.write(1, revisions, NOW);
  const newest = await store.objects.at(1, one.uid, NOW);
  if (newest?.json === undefined) throw new Error('it is not kept');
  const lines = await blameOf(store, 1, { revision: newest, manifest: JSON.parse(newest.json) });
  expect(lines.map(({ path, manager, at: when }) => [path, manager, when])).toEqual([
    ['spec.image', 'argo', iso(at(480))],
    ['spec.replicas', 'hpa', iso(at(500 - VERSIONS + 1))],
  ]);
});
