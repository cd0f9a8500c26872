import { describe, expect, it } from 'vitest';
import { node } from '../testing/examples.ts';
import { incidentOf, sentence, tellingChange } from './sentence.ts';
import { yamlLines, yamlOf } from './yaml-lines.ts';

const T = Date.parse('2026-11-20T03:12:41.000Z');
const iso = (ms: number) => new Date(T + ms).toISOString();
const checkout = node('1:Deployment:shop:checkout', { health: 'broken', reasons: ['0 of 3 ready', 'probe failed.'] });
const facts = { node: checkout, isGone: false, goneAt: undefined, incident: undefined, now: T + 60_000 };

describe('the panel’s sentence', () => {
  it('says what is wrong and since when', () => {
    const incident = { from: iso(0), title: '', node: checkout.id, health: 'broken' as const };
    expect(sentence({ ...facts, incident })).toEqual({
      tone: 'broken',
      lead: 'Broken since 03:12:41.',
      rest: '0 of 3 ready. probe failed.',
    });
  });
  it('says that all is well', () =>
    expect(sentence({ ...facts, node: node('1:Deployment:a:b') }).rest).toBe('All is well: 1 of 1 ready.'));
  it('says that a thing is gone', () =>
    expect(sentence({ ...facts, isGone: true, goneAt: T }).lead).toContain('Gone since 03:12:41'));
});

it('an incident holds a node only while it lasts', () => {
  const timeline = {
    from: '',
    to: '',
    stepMs: 1,
    health: [],
    events: [],
    changes: [],
    marks: [],
    coverage: { complete: true, gaps: [] },
    incidents: [{ from: iso(0), to: iso(60_000), title: '', node: checkout.id, health: 'broken' as const }],
  };
  expect(incidentOf(timeline, checkout.id, T + 5000)).toBeDefined();
  expect(incidentOf(timeline, checkout.id, T + 100_000)).toBeUndefined();
  expect(incidentOf(timeline, 'other', T + 5000)).toBeUndefined();
});

it('the last change is the deploy, not its echo in the status', () => {
  const change = (ms: number, severity: number, path: string) => ({
    at: iso(ms),
    severity,
    op: 'modify' as const,
    diff: [{ path, op: 'replace' as const }],
  });
  const [deploy, echo, later] = [
    change(-3000, 2, 'spec.template.spec.containers[c].image'),
    change(-1000, 3, 'status.readyReplicas'),
    change(9000, 2, 'spec.replicas'),
  ];
  expect(tellingChange([later, echo, deploy], T)).toBe(deploy);
  expect(tellingChange([echo], T)).toBe(echo);
  expect(tellingChange([later], T)).toBeUndefined();
});

it('YAML lines keep every character', () => {
  const text = yamlOf({ a: { 'b c': ['x: y', 'multi\nline', ''], url: 'http://x' }, n: null });
  expect(
    yamlLines(text)
      .map((l) => l.indent + l.key + l.value)
      .join('\n'),
  ).toBe(text.trimEnd());
});
