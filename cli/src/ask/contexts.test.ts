import { expect, test } from 'vitest';
import { contextName, kubeconfig, pastUrl } from './contexts.ts';

const at = Date.parse('2026-11-20T03:12:00Z');

test('a context is named by its cluster and instant', () => {
  expect(contextName('eu-1', at)).toBe('eu-1@2026-11-20T03:12:00Z');
  expect(contextName('eu-1', at + 5)).toBe('eu-1@2026-11-20T03:12:00.005Z');
});

test('a server is a moment of a cluster, and how fast it replays', () => {
  expect(pastUrl({ url: 'http://m:9000', at }, 'my cluster')).toBe(
    'http://m:9000/at/2026-11-20T03:12:00Z/my%20cluster',
  );
  expect(pastUrl({ url: 'http://m', at, speed: 60 }, 'eu-1')).toBe('http://m/at/2026-11-20T03:12:00Z;speed=60/eu-1');
});

test('who has to be signed in is: by a file over TLS, in the address over a forwarded port', () => {
  const token = { text: 'mat_a', file: '/home/ada/.config/mosaic/tokens/m' };
  const tls = kubeconfig({ url: 'https://m', at, clusters: ['eu-1'], token });
  expect(tls).toContain('user: { tokenFile: "/home/ada/.config/mosaic/tokens/m" }');
  expect(tls).not.toContain('mat_a');
  const plain = kubeconfig({ url: 'http://localhost:9000', at, clusters: ['eu-1'], token });
  expect(plain).toContain('server: "http://token:mat_a@localhost:9000/at/2026-11-20T03:12:00Z/eu-1"');
});

test('a kubeconfig names every cluster, the first as the current one', () => {
  expect(kubeconfig({ url: 'http://m:9000', at, clusters: ['eu-1', 'us"1'] })).toBe(`apiVersion: v1
kind: Config
current-context: "eu-1@2026-11-20T03:12:00Z"
clusters:
  - name: "eu-1@2026-11-20T03:12:00Z"
    cluster:
      server: "http://m:9000/at/2026-11-20T03:12:00Z/eu-1"
  - name: "us\\"1@2026-11-20T03:12:00Z"
    cluster:
      server: "http://m:9000/at/2026-11-20T03:12:00Z/us%221"
contexts:
  - name: "eu-1@2026-11-20T03:12:00Z"
    context:
      cluster: "eu-1@2026-11-20T03:12:00Z"
      user: "past"
  - name: "us\\"1@2026-11-20T03:12:00Z"
    context:
      cluster: "us\\"1@2026-11-20T03:12:00Z"
      user: "past"
users:
  - name: "past"
    user: {}
`);
});
