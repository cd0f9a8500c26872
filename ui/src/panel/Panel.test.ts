// @vitest-environment jsdom
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Fetch } from '../api/ask.ts';
import { questions } from '../api/questions.ts';
import { Comparison } from '../state/comparison.svelte.ts';
import { Moment } from '../state/moment.svelte.ts';
import { Subject } from '../state/subject.svelte.ts';
import { HOME, type Tab, type ViewState } from '../state/url-state.ts';
import { fetchFrom } from '../testing/fake-fetch.ts';
import { storyUntil } from '../testing/graph-at.ts';
import InPage from '../testing/InPage.svelte';
import { timelineOf } from '../testing/past.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const AT = Date.parse('2026-11-20T03:14:20Z');
const ID = '1:Deployment:shop:checkout';
const story = storyUntil(NOW);
let asked: string[] = [];
/** The same panel, about another thing. */
let turn: (id: string) => Promise<void>;

async function panel(tab: Tab, id = ID, more: Partial<ViewState> = {}, ask?: Fetch) {
  asked = [];
  const client = questions(ask ?? fetchFrom(story, asked));
  const moment = new Moment(client, undefined);
  const view: ViewState = { ...HOME, at: AT, node: id, tab, ...more };
  moment.show(view, false);
  await waitFor(() => expect(moment.isReady).toBe(true));
  const change = vi.fn();
  const given = {
    id,
    view,
    moment,
    comparison: new Comparison(client),
    subject: new Subject(client),
    timeline: timelineOf(story, story.start, story.end),
    span: { from: story.start, to: story.end },
    at: view.at ?? NOW,
    now: NOW,
    change,
  };
  const { rerender } = render(InPage, { panel: given });
  turn = (other) => rerender({ panel: { ...given, id: other, view: { ...view, node: other } } });
  return change;
}

beforeEach(() => history.replaceState(null, '', '/'));

it('opens with one sentence: what is wrong, since when, what changed', async () => {
  await panel('summary');
  expect(screen.getByText('Broken since 03:12:36.')).toBeTruthy();
  expect(await screen.findByText(/Last change 03:10:48: image 1.8.2 → 1.9.0/)).toBeTruthy();
});

it('the last change is a diff of fields', async () => {
  await panel('summary');
  expect(await screen.findByText(/image: shop\/checkout:1.9.0/)).toBeTruthy();
  expect(screen.getByText(/env PAYMENTS_PORT: 8081/)).toBeTruthy();
});

it('the newest lines stand in the summary, each a link to its instant', async () => {
  await panel('summary');
  const link = () => document.querySelector('.lines .row a');
  await waitFor(() => expect(link()).toBeTruthy());
  expect(link()?.getAttribute('href')).toMatch(/at=2026-11-20T03:1/);
});

it('asks only for what the open tab shows', async () => {
  await panel('yaml');
  await screen.findByText(/readinessProbe/);
  const about = asked.filter((a) => a.includes('/objects/'));
  expect(about).toEqual([expect.stringContaining('at=2026-11-20T03%3A14%3A20.000Z')]);
});

it('the history says who, and its instants are links to that time', async () => {
  await panel('changes');
  expect(await screen.findByText('by argo-cd (kubectl apply)')).toBeTruthy();
  const links = screen.getAllByRole('link').map((a) => a.getAttribute('href'));
  expect(links.some((href) => href?.includes('at=2026-11-20T03:10:48.000Z'))).toBe(true);
});

it('blame says who set each field', async () => {
  await panel('blame');
  await fireEvent.click(await screen.findByRole('button', { name: 'Hand by hand' }));
  expect(await screen.findByText('kube-controller-manager')).toBeTruthy();
  expect(screen.getByText(/spec.replicas/)).toBeTruthy();
});

it('blame stands beside each line of the manifest', async () => {
  await panel('blame');
  const lines = await screen.findByRole('group', { name: 'Blame' });
  expect(within(lines).getAllByText(/argo-cd/).length).toBeGreaterThan(0);
  expect(within(lines).getAllByText('replicas:').length).toBeGreaterThan(0);
});

it('events come with their meaning', async () => {
  await panel('events', ID, { at: AT + 30 * 60_000 });
  expect(await screen.findByText(/Kubernetes waits longer and longer/)).toBeTruthy();
});

it('events that come after the looked-at moment are not told', async () => {
  await panel('events');
  expect(
    await screen.findByText('A Deployment changed how many pods one of its ReplicaSets should have.'),
  ).toBeTruthy();
  expect(screen.queryByText(/Kubernetes waits longer/)).toBeNull();
});

it('logs of a workload are those of all its pods, up to the looked-at moment', async () => {
  await panel('logs');
  expect(await screen.findByRole('log', { name: 'Logs of checkout' })).toBeTruthy();
  await waitFor(() => expect(screen.getAllByText(/ECONNREFUSED/).length).toBeGreaterThan(1));
  const question = asked.find((a) => a.includes('/logs?'));
  expect(question).toContain('workload=Deployment%2Fcheckout');
  expect(question).toContain('to=2026-11-20T03%3A14%3A20.000Z');
});

it('of many lines only those on the screen are in the page', async () => {
  await panel('logs');
  const log = await screen.findByRole('log');
  await waitFor(() => expect(log.querySelectorAll('.row').length).toBeGreaterThan(10));
  expect(log.querySelectorAll('.row').length).toBeLessThan(80);
});

it('searching lines, by expression and level, is a wish of the address', async () => {
  const logs = { ...HOME.logs, q: 'refused|failed', isRegex: true, levels: ['error' as const] };
  const change = await panel('logs', ID, { logs });
  await screen.findByRole('log');
  expect(asked.some((a) => a.includes('regex=refused%7Cfailed') && a.includes('level=error%2Cfatal'))).toBe(true);
  await waitFor(() => expect(document.querySelectorAll('mark').length).toBeGreaterThan(0));
  await fireEvent.click(screen.getByRole('button', { name: 'warn' }));
  expect(change).toHaveBeenCalledWith({ logs: { ...logs, levels: ['error', 'warn'] } }, undefined);
});

it('a record of many lines is one row, and is whole when opened by key', async () => {
  await panel('logs', ID, { logs: { ...HOME.logs, line: '1.line-2000' } });
  const log = await screen.findByRole('log');
  expect((await screen.findAllByText('+2 lines')).length).toBeGreaterThan(0);
  await fireEvent.keyDown(log, { key: 'Home' });
  await fireEvent.keyDown(log, { key: 'Enter' });
  expect(await screen.findByRole('button', { name: 'Copy' })).toBeTruthy();
});

it('patterns say how often and since when, and lead to their lines', async () => {
  const change = await panel('logs', ID, { logs: { ...HOME.logs, view: 'patterns' } });
  await fireEvent.click(await screen.findByRole('button', { name: /health check failed/ }));
  expect(change).toHaveBeenCalledWith({ logs: { ...HOME.logs, view: 'lines', pattern: 'c3' } }, undefined);
});

it('around one line, all that its container said', async () => {
  await panel('logs', ID, { logs: { ...HOME.logs, line: '1.line-2000' } });
  expect(await screen.findByRole('log', { name: 'Around one line' })).toBeTruthy();
  expect(asked.some((a) => a.includes('/logs/context?id=1.line-2000&cluster=1'))).toBe(true);
});

it('metrics are small multiples, said in words too, with the change marked', async () => {
  await panel('metrics');
  expect(await screen.findByRole('img', { name: /^Memory: 2\d\d MiB, between/ })).toBeTruthy();
  expect(screen.getByText(/changes marked/)).toBeTruthy();
  expect(asked.some((a) => a.includes('/metrics/query?entity=1%3ADeployment%3Ashop%3Acheckout'))).toBe(true);
});

it('the pointer’s instant is one line through all charts', async () => {
  await panel('metrics');
  const chart = await screen.findByRole('img', { name: /^CPU/ });
  await fireEvent.pointerMove(chart, { clientX: 60 });
  expect(document.querySelectorAll('path.cursor').length).toBe(3);
});

it('connections say who is called and what fails, and lead to their edge', async () => {
  const change = await panel('connections');
  const row = await screen.findByRole('button', { name: /payments.*fail/ });
  await fireEvent.click(row);
  expect(change).toHaveBeenCalledWith({ edge: expect.stringMatching(/^connects~1:Deployment:shop:checkout~/) });
});

it('relations lead from thing to thing', async () => {
  const change = await panel('relations');
  await fireEvent.click(
    screen.getAllByRole('button').find((b) => /payments.*Service/.test(b.textContent ?? '')) as HTMLElement,
  );
  expect(change).toHaveBeenCalledWith({ node: '1:Service:shop:payments' });
});

it('tabs are walked by arrow keys', async () => {
  const change = await panel('summary');
  await fireEvent.keyDown(screen.getByRole('tablist'), { key: 'ArrowRight' });
  expect(change).toHaveBeenCalledWith({ tab: 'changes' });
});

it('a thing that is gone shows its last state and says so', async () => {
  await panel('summary', '1:Deployment:shop:nobody');
  expect(await screen.findByText(/This thing is not known at this moment/)).toBeTruthy();
});

it('the panel of a thing that is not on the map is drawn when the answer about it comes', async () => {
  const told = Promise.withResolvers<Response>();
  const others = fetchFrom(story);
  const pod = {
    cluster: 1,
    clusterName: 'eu-1',
    uid: '00000000-0000-4000-a000-000000000001',
    kind: 'Pod',
    apiVersion: 'v1',
    namespace: 'shop',
    name: 'somewhere-else',
    createdAt: '2026-11-20T01:00:00.000Z',
    health: 'well',
    reasons: [],
    labels: {},
    images: [],
  };
  await panel('summary', ID, {}, (input, init) =>
    String(input).includes('/objects?') ? told.promise : others(input, init),
  );
  await turn('1:Pod:shop:somewhere-else');
  expect(screen.queryByText('eu-1 / shop / Pod')).toBeNull();
  told.resolve(new Response(JSON.stringify({ items: [pod], coverage: { complete: true, gaps: [] } })));
  expect(await screen.findByText('eu-1 / shop / Pod')).toBeTruthy();
  expect(screen.getByRole('tab', { name: 'Logs' })).toBeTruthy();
});

it('beside another tab the sentence is one line and leads back to the summary', async () => {
  const change = await panel('yaml');
  await fireEvent.click(await screen.findByRole('button', { name: /^Broken since 03:12:36/ }));
  expect(change).toHaveBeenCalledWith({ tab: 'summary' });
});

it('a Secret’s values never were here', async () => {
  await panel('yaml', '1:Secret:shop:payments-key');
  expect(await screen.findByText(/hash:9f2c41d7/)).toBeTruthy();
  expect(screen.getByText(/replaced by hashes/)).toBeTruthy();
});
