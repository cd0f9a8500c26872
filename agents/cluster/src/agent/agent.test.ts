import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quickClock, until } from '@mosaic/runtime/testing';
import { describe, expect, it } from 'vitest';
import { testCluster } from '../testing/cluster.ts';

const FAR = 8e15;
const names = (state: ReadonlyMap<string, { readonly kind: string; readonly name: string }>): string[] =>
  [...state.values()].map(({ kind, name }) => `${kind}/${name}`).sort();

const widgets = {
  spec: {
    group: 'shop.test',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
  status: { conditions: [{ type: 'Established', status: 'True' }] },
};

describe('the cluster agent', () => {
  it('lists every kind, then follows what is added, changed and deleted', async () => {
    await using cluster = await testCluster();
    cluster.put('ConfigMap', 'shop', 'settings', { data: { mode: 'a' } });
    const agent = cluster.agent();
    await agent.start();
    await agent.ready();
    await until('the first checkpoint', () => cluster.out.headers('state').length >= 16);
    expect(names(cluster.out.stateAt(FAR))).toEqual(['ConfigMap/settings', 'Namespace/kube-system', 'Namespace/shop']);

    cluster.put('Service', 'shop', 'cart', { spec: { selector: { app: 'cart' }, clusterIP: '10.0.0.1' } });
    cluster.put('ConfigMap', 'shop', 'settings', { data: { mode: 'b' } });
    await until('the change', () =>
      cluster.out.revisions().some(({ op, name }) => op === 'modify' && name === 'settings'),
    );
    cluster.remove('ConfigMap', 'shop', 'settings');
    await until('the delete', () => cluster.out.revisions().some(({ op }) => op === 'delete'));
    await agent.stop();

    expect(names(cluster.out.stateAt(FAR))).toEqual(['Namespace/kube-system', 'Namespace/shop', 'Service/cart']);
    const changed = cluster.out.revisions().find(({ op, name }) => op === 'modify' && name === 'settings');
    expect(changed?.diff).toEqual([{ path: 'data.mode', op: 'replace', before: 'a', after: 'b' }]);
    expect(cluster.out.coverage().some(({ state, reason }) => state === 'stopped' && reason === 'agent stopped')).toBe(
      true,
    );
  });

  it('watches a kind that appears later', async () => {
    await using cluster = await testCluster();
    const agent = cluster.agent();
    await agent.start();
    await agent.ready();
    cluster.put('CustomResourceDefinition', '', 'widgets.shop.test', widgets);
    cluster.put('Widget', 'shop', 'first', { spec: { size: 1 } });
    await until('the widget', () => cluster.out.revisions().some(({ kind }) => kind === 'Widget'));
    expect(agent.status().kinds.find(({ kind }) => kind === 'shop.test/v1/Widget')?.state).toBe('watching');
  });

  it('tells a forbidden kind as a gap that names the missing rule, and goes on with the others', async () => {
    await using cluster = await testCluster({ mayDo: (_, verb, kind) => kind.kind !== 'Secret' || verb === 'get' });
    cluster.put('ConfigMap', 'shop', 'settings');
    const agent = cluster.agent();
    await agent.start();
    await agent.ready();
    await until('a gap', () =>
      cluster.out.coverage().some(({ kind, state }) => kind === 'v1/Secret' && state === 'gap'),
    );
    await until('its reason', () =>
      cluster.out
        .coverage()
        .some(({ kind, reason }) => kind === 'v1/Secret' && reason === 'forbidden: missing list,watch on secrets'),
    );
    expect(names(cluster.out.stateAt(FAR))).toContain('ConfigMap/settings');
    expect(cluster.out.coverage().some(({ kind, state }) => kind === 'v1/ConfigMap' && state === 'watching')).toBe(
      true,
    );
  });

  it('watches a kind that may be watched but not listed', async () => {
    await using cluster = await testCluster({ mayDo: (_, verb, kind) => kind.kind !== 'Secret' || verb === 'watch' });
    const agent = cluster.agent();
    await agent.start();
    await agent.ready();
    cluster.put('Secret', 'shop', 'db', { data: { password: 'aHVudGVyMg==' } });
    await until('the secret', () => cluster.out.revisions().some(({ kind }) => kind === 'Secret'));
    expect(JSON.stringify(cluster.out.revisions().map((row) => cluster.out.restore(row)))).not.toContain(
      'aHVudGVyMg==',
    );
  });

  it('finds what was deleted while it could not watch, and says between when', async () => {
    await using cluster = await testCluster();
    cluster.put('ConfigMap', 'shop', 'lost');
    cluster.put('ConfigMap', 'shop', 'kept');
    const agent = cluster.agent();
    await agent.start();
    await agent.ready();
    await cluster.vanish();
    cluster.remove('ConfigMap', 'shop', 'lost');
    cluster.source.compact();
    await until('the trouble', () => agent.status().kinds.every(({ state }) => state === 'gap'));
    expect(names(cluster.out.stateAt(FAR))).toContain('ConfigMap/lost'); // not answering is no deletion
    await cluster.serve();
    await until('the delete', () => cluster.out.revisions().some(({ op, name }) => op === 'delete' && name === 'lost'));
    const gone = cluster.out.revisions().find(({ op }) => op === 'delete');
    expect(gone?.goneAfter).toBeLessThan(gone?.at ?? 0);
    await until('the state without it', () => !names(cluster.out.stateAt(FAR)).includes('ConfigMap/lost'));
    const told = /API server does not answer|listing again/; // whichever the watch met first when it came back
    await until('the gap', () =>
      cluster.out.coverage().some(({ state, reason }) => state === 'gap' && told.test(reason ?? '')),
    );
  });

  it('finds what was deleted while no agent ran', async () => {
    await using cluster = await testCluster();
    cluster.put('ConfigMap', 'shop', 'lost');
    cluster.put('ConfigMap', 'shop', 'kept');
    const clock = quickClock();
    const first = cluster.agent({ clock });
    await first.start();
    await first.ready();
    await first.stop();
    const stopped = Math.max(...cluster.out.headers().map(({ sealedAt }) => sealedAt));
    cluster.remove('ConfigMap', 'shop', 'lost');
    const next = cluster.agent({ clock });
    await next.start();
    await next.ready();
    await until('the delete', () => cluster.out.revisions().some(({ op }) => op === 'delete'));
    const gone = cluster.out.revisions().filter(({ op }) => op === 'delete');
    expect(gone.map(({ name }) => name)).toEqual(['lost']);
    expect(gone[0]?.goneAfter).toBeGreaterThanOrEqual(stopped - 1_000);
    expect(gone[0]?.at).toBeGreaterThan(gone[0]?.goneAfter ?? Number.POSITIVE_INFINITY);
    await next.stop();
    const third = cluster.agent({ clock });
    await third.start();
    await third.ready();
    expect(cluster.out.revisions().filter(({ op }) => op === 'delete')).toHaveLength(1);
  });

  it('starts without what it cannot read of the time before', async () => {
    await using cluster = await testCluster();
    await writeFile(join(cluster.dataDir, 'living'), 'not what it was');
    const agent = cluster.agent();
    await agent.start();
    await agent.ready();
    expect(agent.status().state).toBe('watching');
  });

  it('keeps to its spool while the broker is away, and loses nothing', async () => {
    await using cluster = await testCluster();
    const agent = cluster.agent();
    cluster.broker.isThere = false;
    await agent.start();
    await agent.ready();
    for (let i = 0; i < 20; i++) cluster.put('ConfigMap', 'shop', `c${i}`);
    await until('the spool', () => agent.status().spool.chunks > 16 && agent.status().objects === 22);
    await agent.stop();
    expect(cluster.out.chunks).toHaveLength(0);

    cluster.broker.isThere = true;
    const next = cluster.agent();
    await next.start();
    await until('what was left', () => next.status().spool.chunks === 0 && cluster.out.revisions().length >= 22);
    const sequences = cluster.out
      .headers('objects')
      .filter(({ boot }) => boot === cluster.out.headers()[0]?.boot)
      .map(({ seq }) => seq);
    expect(sequences).toEqual(sequences.map((_, i) => i + 1));
  });

  it('has a greater epoch at every boot', async () => {
    await using cluster = await testCluster();
    const first = cluster.agent();
    await first.start();
    await first.ready();
    const before = first.status().epoch ?? 0;
    await first.stop();
    const second = cluster.agent();
    await second.start();
    await second.ready();
    expect(second.status().epoch).toBeGreaterThan(before);
  });

  it('leaves watching to the leader, and takes over when it goes', async () => {
    await using cluster = await testCluster();
    const election = (identity: string) => ({ leaderElection: { namespace: 'kube-system', identity } });
    const one = cluster.agent(election('one'));
    await one.start();
    await one.ready();
    const two = cluster.agent(election('two'));
    await two.start();
    await until('the second to stand by', () => two.status().state === 'waiting to lead');
    expect(two.status().objects).toBe(0);
    await one.stop();
    await two.ready();
    expect(two.status().epoch).toBeGreaterThan(one.status().epoch ?? 0);
  });

  it('serves its metrics as Prometheus text', async () => {
    await using cluster = await testCluster();
    const agent = cluster.agent();
    await agent.start();
    await agent.ready();
    expect(agent.metrics()).toMatch(/^mosaic_agent_objects\{cluster="test"\} 2$/m);
    expect(agent.metrics()).toMatch(/^mosaic_agent_kind_watched\{cluster="test",kind="v1\/Pod"\} 1$/m);
  });
});
