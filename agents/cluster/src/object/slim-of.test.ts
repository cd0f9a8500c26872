import type { Manifest } from '@mosaic/kat';
import { describe, expect, it } from 'vitest';
import { after, pod, START } from '../testing/manifests.ts';
import { hostsIn } from './declared.ts';
import { diffOf } from './diff.ts';
import { slimOf } from './slim-of.ts';

const of = (apiVersion: string, kind: string, more: object): Manifest =>
  ({
    apiVersion,
    kind,
    metadata: { name: 'x', namespace: 'shop', uid: 'u', creationTimestamp: '2026-11-20T08:00:00Z' },
    ...more,
  }) as Manifest; // as JSON comes
const linksOf = (apiVersion: string, kind: string, more: object) => slimOf(of(apiVersion, kind, more), 1).links;

describe('the slim projection', () => {
  it('says of a pod where it runs, how it is, and what it mounts and names', () => {
    const slim = slimOf(after(pod({ n: 1 }), 'back-off', START, 4), 9);
    expect(slim).toMatchObject({
      kind: 'Pod',
      node: 'node-1',
      phase: 'Running',
      wanted: 1,
      ready: 0,
      restarts: 4,
      health: 'broken',
      reasons: ['CrashLoopBackOff (exit 1)'],
      images: ['registry.shop.test/app-1:1.8.2'],
      rv: 9,
    });
    expect(slim.containers[0]).toMatchObject({
      state: 'waiting',
      reason: 'CrashLoopBackOff',
      lastReason: 'Error',
      lastExitCode: 1,
    });
    expect(slim.owner).toBeDefined();
    expect(slim.links).toEqual([
      { relation: 'mounts', kind: 'ConfigMap', name: 'app-1-config', via: 'volume config' },
      { relation: 'mounts', kind: 'Secret', name: 'app-1-db', via: 'env DB_PASSWORD' },
      {
        relation: 'declared',
        kind: 'Service',
        name: 'payments',
        namespace: 'shop',
        port: 8080,
        via: 'env PAYMENTS_URL',
      },
      { relation: 'declared', kind: 'Service', name: 'redis', via: 'env CACHE_HOST' },
    ]);
  });

  it('says by which ports a Service is called, and which of its host a pod has', () => {
    const ports = [
      { port: 80, targetPort: 8080, nodePort: 30_081 },
      { port: 53, targetPort: 'dns', protocol: 'UDP' },
      { port: 9, protocol: 'SCTP' },
    ];
    expect(slimOf(of('v1', 'Service', { spec: { ports } }), 1).ports).toEqual([
      { protocol: 'tcp', port: 80, target: 8080, node: 30_081 },
      { protocol: 'udp', port: 53 },
    ]);
    const containers = [{ name: 'a', ports: [{ containerPort: 8080, hostPort: 80 }, { containerPort: 9 }] }];
    const status = { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] };
    const found = slimOf(of('v1', 'Pod', { spec: { containers }, status }), 1);
    expect(found).toMatchObject({
      ports: [{ protocol: 'tcp', port: 8080, host: 80 }],
      ip: '10.0.0.1',
      addresses: ['fd00::1'],
    });
  });

  it.each<[string, ReturnType<typeof linksOf>, unknown[]]>([
    [
      'a Service selects',
      linksOf('v1', 'Service', { spec: { selector: { app: 'cart' } } }),
      [{ relation: 'selects', kind: 'Pod', selector: { matchLabels: { app: 'cart' } } }],
    ],
    ['an empty selector matches nothing', linksOf('v1', 'Service', { spec: { selector: {} } }), []],
    [
      'an Ingress routes',
      linksOf('networking.k8s.io/v1', 'Ingress', {
        spec: {
          rules: [
            {
              host: 'shop.test',
              http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] },
            },
          ],
        },
      }),
      [{ relation: 'routes', kind: 'Service', name: 'web', port: 80, via: 'rule shop.test/' }],
    ],
    [
      'an HTTPRoute routes',
      linksOf('gateway.networking.k8s.io/v1', 'HTTPRoute', {
        spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
      }),
      [
        { relation: 'routes', kind: 'Service', name: 'web', port: 80, via: 'rule *' },
        { relation: 'routes', kind: 'Gateway', name: 'edge', via: 'parent' },
      ],
    ],
    [
      'an autoscaler scales',
      linksOf('autoscaling/v2', 'HorizontalPodAutoscaler', {
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      }),
      [{ relation: 'scales', kind: 'Deployment', name: 'web' }],
    ],
    [
      'a budget protects',
      linksOf('policy/v1', 'PodDisruptionBudget', { spec: { selector: { matchLabels: { app: 'web' } } } }),
      [{ relation: 'protects', kind: 'Pod', selector: { matchLabels: { app: 'web' } } }],
    ],
    [
      'a claim mounts its volume',
      linksOf('v1', 'PersistentVolumeClaim', { spec: { volumeName: 'pv-1' } }),
      [{ relation: 'mounts', kind: 'PersistentVolume', name: 'pv-1', via: 'volume' }],
    ],
    [
      'a ConfigMap names a Service',
      linksOf('v1', 'ConfigMap', { data: { 'app.yaml': 'url: http://cart.shop:8080/api\n' } }),
      [{ relation: 'declared', kind: 'Service', name: 'cart', namespace: 'shop', port: 8080, via: 'key app.yaml' }],
    ],
  ])('%s', (_, links, expected) => {
    expect(links).toEqual(expected);
  });

  it.each<[string, unknown[]]>([
    ['redis', [{ name: 'redis' }]],
    ['redis:6379', [{ name: 'redis', port: 6379 }]],
    ['db.shop', [{ name: 'db', namespace: 'shop' }]],
    ['db.shop.svc.cluster.local:5432', [{ name: 'db', namespace: 'shop', port: 5432 }]],
    ['postgres://app:secret@db.shop.svc:5432/x', [{ name: 'db', namespace: 'shop', port: 5432 }]],
    [
      'kafka-0.kafka:9092,kafka-1.kafka:9092',
      [
        { name: 'kafka-0', namespace: 'kafka', port: 9092 },
        { name: 'kafka-1', namespace: 'kafka', port: 9092 },
      ],
    ],
    ['https://example.com/path', [{ name: 'example', namespace: 'com' }]],
    ['https://api.example.com', []],
    ['true', []],
    ['10.0.0.1:80', []],
    ['Some Words', []],
    ['/etc/config', []],
  ])('reads hosts in %s', (text, hosts) => {
    expect(hostsIn(text, true)).toEqual(hosts);
  });
});

describe('the field diff', () => {
  it('names list items by their merge key, and says wishes before what came of them', () => {
    const before = {
      status: { ready: 1 },
      spec: {
        containers: [
          { name: 'a', image: 'x:1' },
          { name: 'b', image: 'y:1' },
        ],
      },
    };
    const now = {
      status: { ready: 0 },
      spec: {
        containers: [
          { name: 'b', image: 'y:1' },
          { name: 'a', image: 'x:2' },
        ],
      },
    };
    expect(diffOf(before, now)).toEqual([
      { path: 'spec.containers[a].image', op: 'replace', before: 'x:1', after: 'x:2' },
      { path: 'status.ready', op: 'replace', before: 1, after: 0 },
    ]);
  });

  it('stays short: twenty fields, three hundred characters', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, 'v'.repeat(1000)]));
    const diff = diffOf({ data: {} }, { data: many });
    expect(diff).toHaveLength(20);
    expect(String(diff[0]?.after)).toHaveLength(300);
  });

  it('leaves out what the machinery writes', () => {
    expect(
      diffOf({ metadata: { generation: 1, managedFields: [] } }, { metadata: { generation: 2, managedFields: [1] } }),
    ).toEqual([]);
  });
});
