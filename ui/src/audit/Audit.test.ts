// @vitest-environment jsdom
import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { HOME } from '../state/url-state.ts';
import CopyKubectl from './CopyKubectl.svelte';
import AuditInPage from './testing/AuditInPage.svelte';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const whole = { complete: true, gaps: [] };
const gap = {
  cluster: 1,
  signal: 'objects',
  from: '2026-11-20T08:00:00.000Z',
  to: '2026-11-20T08:10:00.000Z',
  reason: 'agent silent',
};
const changed = {
  ...{ at: '2026-11-20T08:30:00.000Z', cluster: 1, clusterName: 'eu-1', uid: 'u', resourceVersion: '7', op: 'modify' },
  ...{ kind: 'Deployment', apiVersion: 'apps/v1', namespace: 'shop', name: 'checkout', fields: [], actor: 'argo-cd' },
  ...{ summary: 'image 1 → 2', severity: 2, diff: [{ path: 'spec.image', op: 'replace', before: '1', after: '2' }] },
};
const answers: Record<string, unknown> = {
  '/api/v1/changes': { items: [changed], coverage: { complete: false, gaps: [gap] } },
  '/api/v1/objects': {
    items: [{ ...changed, labels: {}, health: 'well', reasons: [], images: [], createdAt: changed.at }],
    coverage: whole,
  },
  '/api/v1/objects/1/u/blame': {
    at: changed.at,
    coverage: whole,
    items: [{ path: 'spec.replicas', value: 3, manager: 'kubectl', at: changed.at }],
  },
  '/api/v1/objects/1/u/diff': {
    coverage: whole,
    items: [{ path: 'spec.image', op: 'replace', before: '1', after: '2' }],
  },
  '/api/v1/coverage': { items: [], coverage: whole },
};
let asked: URL[];
const fetcher = (async (input: RequestInfo | URL) => {
  const url = new URL(String(input), 'http://localhost');
  asked.push(url);
  return new Response(JSON.stringify(answers[url.pathname] ?? {}), { status: url.pathname in answers ? 200 : 404 });
}) as typeof fetch;

beforeEach(() => {
  asked = [];
  vi.setSystemTime(NOW);
});

function page(ask = '') {
  const [change, travel, download] = [vi.fn(), vi.fn(), vi.fn()];
  render(AuditInPage, { view: { ...HOME, page: 'audit', ask }, now: NOW, fetcher, change, travel, download });
  return { change, travel, download };
}
const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

it('an empty page says what to do', () => {
  page();
  expect(screen.getByText('Nothing asked yet')).toBeTruthy();
  expect(screen.getByText('mosaic changes --from now-1d --to now')).toBeTruthy();
});

it('a question is kept in the address in the words of the command line', async () => {
  const { change } = page();
  await type('From', 'now-6h');
  await type('Namespace', 'shop');
  await press('Ask');
  expect(change).toHaveBeenCalledWith({ ask: 'changes --from now-6h --to now -n shop' });
});

it('an instant that cannot be read is told at its field, and nothing is asked', async () => {
  const { change } = page();
  await type('From', 'saturnday');
  await press('Ask');
  expect(screen.getByLabelText('From').getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText(/"saturnday" is not an instant/)).toBeTruthy();
  expect(change).not.toHaveBeenCalled();
});

it('a link is a question: its answer is a table whose things lead to the map at that time', async () => {
  const { travel } = page('changes --from now-6h --by argo-cd');
  const link = await screen.findByRole('link', { name: 'Deployment/checkout' });
  expect(asked[0]?.searchParams.get('actor')).toBe('argo-cd');
  expect(asked[0]?.searchParams.get('from')).toBe('2026-11-20T03:00:00.000Z');
  expect(link.getAttribute('href')).toContain('node=1:Deployment:shop:checkout');
  await fireEvent.click(link);
  expect(travel).toHaveBeenCalledWith(Date.parse(changed.at), '1:Deployment:shop:checkout');
  expect(screen.getByText(/objects of eu-1 was not covered from 2026-11-20 08:00:00/)).toBeTruthy();
});

it('blame and diff find their object by kubectl’s words for it', async () => {
  page('blame deploy/checkout -n shop --at now-1h');
  expect(await screen.findByText('spec.replicas')).toBeTruthy();
  expect(asked[0]?.searchParams.get('kind')).toBe('Deployment');
  expect(screen.getByText('kubectl')).toBeTruthy();
});

it('what is no object is told', async () => {
  page('diff checkout');
  expect(await screen.findByText('A kind and a name: deploy/checkout')).toBeTruthy();
});

it('nothing found is not the same as not known', async () => {
  page('coverage --from now-1h');
  expect(await screen.findByText('Nothing found')).toBeTruthy();
});

it('the report is downloaded for the span that was asked for', async () => {
  const { download } = page('report --from now-1h -n shop');
  await fireEvent.change(screen.getByLabelText('Format'), { target: { value: 'csv' } });
  await press('Export the report');
  const href = new URL(download.mock.calls[0]?.[0], 'http://localhost');
  expect(Object.fromEntries(href.searchParams)).toEqual({
    ...{ from: '2026-11-20T08:00:00.000Z', to: '2026-11-20T09:00:00.000Z', namespace: 'shop', format: 'csv' },
  });
});

it('kubectl for a moment is copied, and that is said', async () => {
  const writeText = vi.fn(async () => {});
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
  render(CopyKubectl, { at: NOW, cluster: 'eu-1', namespace: 'shop' });
  await press('Copy kubectl for this moment');
  expect(writeText).toHaveBeenCalledWith(expect.stringContaining('/at/2026-11-20T09:00:00Z/eu-1 get pods -n shop'));
  expect((await screen.findByRole('status')).textContent).toBe('Copied');
  vi.unstubAllGlobals();
});
