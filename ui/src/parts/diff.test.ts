import { describe, expect, it } from 'vitest';
import { place, rows, say, steps } from './diff.ts';

describe('a field is told by where it is', () => {
  it.each([
    ['spec.template.spec.containers[checkout].image', 'spec.template.spec.containers[checkout]', 'image'],
    ['spec.template.spec.containers[checkout].env[PORT].value', 'spec.template.spec.containers[checkout]', 'env PORT'],
    [
      'spec.template.spec.containers[c].env[KEY].valueFrom.secretKeyRef.key',
      'spec.template.spec.containers[c].env[KEY].valueFrom.secretKeyRef',
      'key',
    ],
    ['spec.replicas', 'spec', 'replicas'],
    [
      'metadata.annotations[deployment.kubernetes.io/revision]',
      'metadata',
      'annotations[deployment.kubernetes.io/revision]',
    ],
    ['data', '.', 'data'],
  ])('%s', (path, heading, field) => expect(place(path)).toEqual({ heading, field }));

  it('dots inside brackets do not part a path', () => {
    expect(steps('a.b[x.y/z].c')).toEqual(['a', 'b', '[x.y/z]', 'c']);
  });
});

describe('a diff reads from what matters to what follows', () => {
  it('images come first, labels and status last', () => {
    const parts = rows([
      { path: 'status.ready', op: 'replace', before: 3, after: 0 },
      { path: 'metadata.labels[v]', op: 'replace', before: '1', after: '2' },
      { path: 'spec.template.spec.containers[c].env[P].value', op: 'add', after: '1' },
      { path: 'spec.template.spec.containers[c].image', op: 'replace', before: 'a:1', after: 'a:2' },
    ]);
    expect(parts.map((p) => p.heading)).toEqual(['spec.template.spec.containers[c]', 'metadata', 'status']);
    expect(parts[0]?.lines.map((l) => `${l.sign} ${l.text}`)).toEqual(['- image: a:1', '+ image: a:2', '+ env P: 1']);
  });

  it('what was taken away has no after', () => {
    expect(rows([{ path: 'spec.paused', op: 'remove', before: true }])[0]?.lines).toEqual([
      { sign: '-', text: 'paused: true' },
    ]);
  });

  it('a megabyte of text does not become a megabyte of page', () =>
    expect(say('x'.repeat(1_000_000)).length).toBeLessThan(2100));
});
