// Why an edge of the story is there: one connection through a Service, translated, and seen at the caller.

import type { EdgeExplanation } from '@mosaic/wire';

/** `/topology/edges/{id}/explain`; undefined is a 404. */
export function explanationOf(path: string, at: number): EdgeExplanation | undefined {
  const id = decodeURIComponent(path.split('/')[5] ?? '');
  const [relation, from, to] = id.split('~');
  if (relation !== 'connects' || from === undefined || to === undefined) return undefined;
  const instant = (before: number) => new Date(at - before).toISOString();
  return {
    ...{ id, relation, from, to },
    at: instant(0),
    method: 'seen by node agents: proc+conntrack',
    rule: 'lease at the instant',
    confidence: 0.95,
    observations: [{ kind: 'Pod', namespace: 'shop', name: 'checkout-7d9f8-aa1bb', uid: 'u1', where: 'client' }],
    connections: [
      {
        at: instant(20_000),
        until: instant(10_000),
        node: 'worker-1',
        source: 'node-agents',
        side: 'client',
        protocol: 'tcp',
        method: 'proc+conntrack',
        client: '10.244.1.7',
        called: '10.96.14.3:8081',
        server: '10.244.2.9:8081',
        nat: 'seen',
        opened: 4,
        failed: 3,
        open: 1,
        bytesOut: 2048,
        bytesIn: 4096,
        fromLease: "socket's process",
        toLease: `lease 10.244.2.9 of shop/payments-x since ${instant(60_000)}`,
        rule: 'lease at the instant',
        confidence: 0.95,
      },
    ],
    coverage: { complete: true, gaps: [] },
  };
}
