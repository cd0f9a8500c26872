import { expect, it } from 'vitest';
import { blamedLines, type Hand } from './blame-lines.ts';

const hand = (path: string, manager: string, at = '2026-11-20T03:00:00.000Z'): Hand => ({
  path,
  manager,
  at,
  operation: 'Update',
  value: 1,
});
const manifest = {
  metadata: { name: 'checkout', labels: { 'app.kubernetes.io/name': 'checkout', team: 'red' } },
  spec: {
    replicas: 3,
    containers: [
      { name: 'app', env: [{ name: 'PORT', value: '8081' }], args: ['-v', 'x: y'] },
      { name: 'side', image: 'b' },
    ],
    ports: [{ containerPort: 8080, protocol: 'TCP', name: 'http' }],
    script: 'one\ntwo\n',
  },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};
const items = [
  hand('metadata.labels[app.kubernetes.io/name]', 'argo-cd'),
  hand('metadata.labels.team', 'anna'),
  hand('spec.replicas', 'autoscaler'),
  hand('spec.containers[app].env[PORT].value', 'anna'),
  hand('spec.containers[side].image', 'argo-cd'),
  hand('spec.ports[8080,TCP].name', 'argo-cd'),
  hand('spec.script', 'bob'),
  hand('status.conditions', 'controller'),
];
const said = () =>
  blamedLines(manifest, items).map(({ key, value, hand: by }) => [`${key}${value}`.trim(), by?.manager ?? '']);

it('each line has the hand that set its field', () => {
  const lines = new Map(said() as [string, string][]);
  expect(lines.get('app.kubernetes.io/name: checkout')).toBe('argo-cd');
  expect(lines.get('team: red')).toBe('anna');
  expect(lines.get('replicas: 3')).toBe('autoscaler');
});

it('items of lists go by their names or ports', () => {
  const lines = said();
  expect(lines.find(([text]) => text === 'value: "8081"')?.[1]).toBe('anna');
  expect(lines.find(([text]) => text === 'image: b')?.[1]).toBe('argo-cd');
  expect(lines.find(([text]) => text === 'name: http')?.[1]).toBe('argo-cd');
});

it('what is set as a whole is one hand below, and nobody is named for the rest', () => {
  const lines = said();
  expect(lines.find(([text]) => text === 'status: "True"')?.[1]).toBe('controller');
  expect(lines.find(([text]) => text === 'name: side')?.[1]).toBe('');
});

it('a text of several lines belongs to its field, line by line', () => {
  const lines = said();
  const at = lines.findIndex(([text]) => text?.startsWith('script:'));
  expect(lines.slice(at, at + 3).map(([, by]) => by)).toEqual(['bob', 'bob', 'bob']);
});

it('a run of lines of one hand says so once', () => {
  const lines = blamedLines({ status: { conditions: [{ a: 1, b: 2 }] } }, [hand('status.conditions', 'controller')]);
  expect(lines.map(({ isFirst, hand: by }) => [isFirst, by?.manager])).toEqual([
    [true, undefined],
    [true, 'controller'],
    [false, 'controller'],
    [false, 'controller'],
  ]);
});

it('an object without blame is its YAML with nobody named', () => {
  expect(blamedLines({ a: 1 }, []).map(({ hand: by }) => by)).toEqual([undefined]);
});

it('set at a moment and set then or before are not one run', () => {
  const [one, other] = [hand('spec.a', 'argo-cd'), { ...hand('spec.b', 'argo-cd'), orBefore: true }];
  const lines = blamedLines({ spec: { a: 1, b: 1 } }, [one, other]);
  expect(lines.map(({ isFirst, hand: by }) => [isFirst, by?.orBefore])).toEqual([
    [true, undefined],
    [true, undefined],
    [true, true],
  ]);
});
