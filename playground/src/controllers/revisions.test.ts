import { describe, expect, it } from 'vitest';
import { type Lab, lab } from '../testing.ts';
import type { DaemonSet, Draft, Revision, StatefulSet } from '../types.ts';
import { updateBy } from '../writing.ts';

const set = (kind: 'StatefulSet' | 'DaemonSet', revisionHistoryLimit = 10): Draft => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'db', namespace: 'lab' },
  spec: {
    revisionHistoryLimit,
    selector: { matchLabels: { app: 'db' } },
    template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'db:1' }] } },
  },
});

/** Another image, and time to roll it out. */
function release({ sim, pass }: Lab, kind: 'StatefulSet' | 'DaemonSet', image: string): void {
  const before = sim.world.get(kind, 'lab', 'db') as StatefulSet | DaemonSet; // applied by the test
  const { template } = before.spec;
  const containers = template.spec.containers.map((one) => ({ ...one, image }));
  const spec = { ...before.spec, template: { ...template, spec: { ...template.spec, containers } } };
  updateBy(sim, 'kubectl', before, { ...before, spec } as typeof before); // the same kind with another template
  pass(120);
}

const history = ({ sim }: Lab): readonly (readonly [number, string])[] =>
  [...sim.world.all('ControllerRevision')]
    .sort((a, b) => a.revision - b.revision)
    .map((one) => [one.revision, imageOf(one)]);

const imageOf = ({ data }: Revision): string => /"image":"([^"]+)"/.exec(JSON.stringify(data))?.[1] ?? '';

describe.each(['StatefulSet', 'DaemonSet'] as const)('the history of a %s', (kind) => {
  it('numbers its templates; one it goes back to becomes the newest', () => {
    const world = lab();
    world.apply(set(kind));
    world.pass(60);
    release(world, kind, 'db:2');
    expect(history(world)).toEqual([
      [1, 'db:1'],
      [2, 'db:2'],
    ]);
    release(world, kind, 'db:1');
    expect(history(world)).toEqual([
      [2, 'db:2'],
      [3, 'db:1'],
    ]);
  });

  it('keeps as many old ones as it is told, and goes with its owner', () => {
    const world = lab();
    world.apply(set(kind, 2));
    for (const tag of ['2', '3', '4', '5']) release(world, kind, `db:${tag}`);
    expect(history(world).map(([, image]) => image)).toEqual(['db:3', 'db:4', 'db:5']);
    const owner = world.sim.world.get(kind, 'lab', 'db');
    if (owner !== undefined) world.sim.world.remove(owner);
    world.pass(60);
    expect(history(world)).toEqual([]);
  });
});
