import { afterEach, expect, test, vi } from 'vitest';
import type { Context } from '../ask/common.ts';
import { server } from '../ask/server.ts';
import { answerText } from '../print/answer.ts';
import { columnsIn } from './blame.ts';
import { tellGaps } from './question.ts';

const asking = (status: number, body: unknown): Context => ({
  server: server('http://m:9000', async () => Response.json(body, { status })),
  zone: 'UTC',
  now: 0,
  instant: () => 0,
});
const silence = {
  ...{ cluster: 1, signal: 'objects' as const, reason: 'agent silent' },
  ...{ from: '2026-11-20T03:00:00.000Z', to: '2026-11-20T03:10:00.000Z' },
};
afterEach(() => vi.restoreAllMocks());

async function toldBy(context: Context): Promise<string> {
  let told = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  await tellGaps(context, { complete: false, gaps: [silence] });
  return told;
}

test('a gap is told with the name of its cluster', async () => {
  const context = asking(200, { items: [{ id: 1, name: 'eu-1' }] });
  expect(await toldBy(context)).toBe(
    'not covered: objects of eu-1 from 2026-11-20 03:00:00+00:00 to 2026-11-20 03:10:00+00:00 (agent silent)\n',
  );
});

test('a gap is told by number when names cannot be asked for', async () => {
  expect(await toldBy(asking(503, {}))).toContain('objects of cluster 1 from');
});

test('blame says of what it does not know the beginning that it was then or before', () => {
  const shown = columnsIn(asking(200, {}));
  const line = { path: 'spec.replicas', value: 3, manager: 'argo-cd', at: silence.from };
  const rows = [line, { ...line, orBefore: true, action: 'kubectl scale' }];
  expect(answerText(rows, shown, 'table', rows).split('\n').slice(1, 3)).toEqual([
    'spec.replicas   3       argo-cd   2026-11-20 03:00:00+00:00',
    'spec.replicas   3       argo-cd   ≤ 2026-11-20 03:00:00+00:00   kubectl scale',
  ]);
  expect(answerText(rows, shown, 'csv', rows).split('\r\n')[2]).toBe(
    'spec.replicas,3,argo-cd,2026-11-20 03:00:00+00:00,,yes,,kubectl scale',
  );
});
