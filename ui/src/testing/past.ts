// What the shop's past answers besides its graph: timeline, changes, events, objects, blame, logs, search.

import type {
  BlameAnswer,
  ChangeAnswer,
  ClusterAnswer,
  EventAnswer,
  ObjectAt,
  RevisionAnswer,
  SearchHit,
  TimelineAnswer,
} from '@mosaic/wire';
import { HOUR, type Story, workloadGraph, workloadNode } from './graph-at.ts';
import { random } from './random.ts';
import { CLUSTER_NAMES, CONFIG, type Health, INGRESSES, idOf, TROUBLES, uidOf, WORKLOADS } from './shop.ts';

const iso = (at: number): string => new Date(at).toISOString();
const whole = { complete: true, gaps: [] };
const ALL = [...WORKLOADS, ...CONFIG, ...INGRESSES];
export const specOf = (uid: string) => ALL.find((s) => uidOf(idOf(s)) === uid);

interface Told {
  readonly h: number;
  readonly node: string;
  readonly type: TimelineAnswer['marks'][number]['type'];
  readonly op: ChangeAnswer['op'];
  readonly actor: string;
  readonly summary: string;
  readonly severity: number;
  readonly diff: ChangeAnswer['diff'];
}

const image = (container: string, before: string, after: string): ChangeAnswer['diff'][number] => ({
  path: `spec.template.spec.containers[${container}].image`,
  op: 'replace',
  before,
  after,
});
const deploy = (
  h: number,
  node: string,
  name: string,
  repo: string,
  before: string,
  after: string,
  severity = 2,
): Told => ({
  h,
  node,
  type: 'deploy',
  op: 'modify',
  actor: 'argo-cd (kubectl apply)',
  summary: `image ${before} → ${after}`,
  severity,
  diff: [image(name, `${repo}:${before}`, `${repo}:${after}`)],
});
const scale = (
  h: number,
  node: string,
  before: number,
  after: number,
  actor = 'kube-controller-manager (scale)',
): Told => ({
  h,
  node,
  type: 'scale',
  op: 'modify',
  actor,
  summary: `replicas ${before} → ${after}`,
  severity: 1,
  diff: [{ path: 'spec.replicas', op: 'replace', before, after }],
});

export const TOLD: readonly Told[] = [
  deploy(1.3, '1:Deployment:shop:cart', 'cart', 'shop/cart', '1.13.2', '1.14.0'),
  scale(2.9, '1:Deployment:shop:frontend', 2, 3),
  deploy(4.2, '2:Deployment:monitoring:grafana', 'grafana', 'grafana', '12.0', '12.1'),
  {
    h: 6.1,
    node: '1:Deployment:shop:catalog',
    type: 'config',
    op: 'modify',
    actor: 'nadia (kubectl edit)',
    summary: 'memory limit 512Mi → 128Mi',
    severity: 3,
    diff: [
      {
        path: 'spec.template.spec.containers[catalog].resources.limits.memory',
        op: 'replace',
        before: '512Mi',
        after: '128Mi',
      },
    ],
  },
  {
    h: 6.68,
    node: '1:Deployment:shop:catalog',
    type: 'config',
    op: 'modify',
    actor: 'nadia (kubectl rollout undo)',
    summary: 'memory limit 128Mi → 512Mi',
    severity: 2,
    diff: [
      {
        path: 'spec.template.spec.containers[catalog].resources.limits.memory',
        op: 'replace',
        before: '128Mi',
        after: '512Mi',
      },
    ],
  },
  deploy(8.8, '1:Deployment:platform:auth', 'auth', 'platform/auth', '5.0.0', '5.0.1'),
  {
    h: 9.3,
    node: '1:DaemonSet:kube-system:kube-proxy',
    type: 'change',
    op: 'modify',
    actor: 'node-controller',
    summary: 'node eu-1-c became not ready',
    severity: 3,
    diff: [],
  },
  {
    h: 13.2,
    node: '1:Deployment:shop:reviews',
    type: 'create',
    op: 'add',
    actor: 'argo-cd (kubectl apply)',
    summary: 'created',
    severity: 1,
    diff: [],
  },
  deploy(14.9, '2:Deployment:ci:gitea', 'gitea', 'gitea', '1.23', '1.24'),
  scale(17.85, '2:Deployment:ci:runner', 3, 5, 'keda-operator'),
  {
    h: 18.18,
    node: '1:Deployment:shop:checkout',
    type: 'deploy',
    op: 'modify',
    actor: 'argo-cd (kubectl apply)',
    summary: 'image 1.8.2 → 1.9.0, env PAYMENTS_PORT 8080 → 8081',
    severity: 3,
    diff: [
      image('checkout', 'shop/checkout:1.8.2', 'shop/checkout:1.9.0'),
      {
        path: 'spec.template.spec.containers[checkout].env[PAYMENTS_PORT].value',
        op: 'replace',
        before: '8080',
        after: '8081',
      },
      { path: 'spec.template.metadata.annotations[build]', op: 'add', after: '20261120.3' },
    ],
  },
  {
    h: 18.9,
    node: '1:Deployment:shop:recommender',
    type: 'delete',
    op: 'delete',
    actor: 'tomas (kubectl delete)',
    summary: 'deleted',
    severity: 3,
    diff: [],
  },
  {
    h: 20.28,
    node: '1:Deployment:shop:checkout',
    type: 'deploy',
    op: 'modify',
    actor: 'nadia (kubectl rollout undo)',
    summary: 'image 1.9.0 → 1.8.2, env PAYMENTS_PORT 8081 → 8080',
    severity: 3,
    diff: [
      image('checkout', 'shop/checkout:1.9.0', 'shop/checkout:1.8.2'),
      {
        path: 'spec.template.spec.containers[checkout].env[PAYMENTS_PORT].value',
        op: 'replace',
        before: '8081',
        after: '8080',
      },
    ],
  },
  {
    h: 21.5,
    node: '1:Deployment:shop:mailer',
    type: 'config',
    op: 'modify',
    actor: 'helm (upgrade)',
    summary: 'secret key smtp-pass → smtp-password',
    severity: 3,
    diff: [
      {
        path: 'spec.template.spec.containers[mailer].env[SMTP_PASSWORD].valueFrom.secretKeyRef.key',
        op: 'replace',
        before: 'smtp-pass',
        after: 'smtp-password',
      },
    ],
  },
  {
    h: 22.1,
    node: '1:Deployment:shop:mailer',
    type: 'config',
    op: 'modify',
    actor: 'nadia (kubectl edit)',
    summary: 'secret key smtp-password → smtp-pass',
    severity: 2,
    diff: [
      {
        path: 'spec.template.spec.containers[mailer].env[SMTP_PASSWORD].valueFrom.secretKeyRef.key',
        op: 'replace',
        before: 'smtp-password',
        after: 'smtp-pass',
      },
    ],
  },
  deploy(23.4, '2:Deployment:ci:registry', 'registry', 'registry', '3.0', '3.0.1', 2),
];

const GAP_H = [11, 11.7] as const;

export function changesOf(story: Story): ChangeAnswer[] {
  return TOLD.map((t) => {
    const [cluster = '1', kind = '', namespace = '', name = ''] = t.node.split(':');
    return {
      at: iso(story.start + t.h * HOUR),
      cluster: Number(cluster),
      clusterName: CLUSTER_NAMES[Number(cluster)] ?? '',
      uid: uidOf(t.node),
      resourceVersion: String(Math.round(t.h * 1000)),
      op: t.op,
      kind,
      apiVersion: 'apps/v1',
      namespace,
      name,
      workload: `${kind}/${name}`,
      fields: t.diff.map((d) => d.path),
      actor: t.actor,
      summary: t.summary,
      severity: t.severity,
      diff: t.diff,
    };
  }).reverse();
}

function healthAt(h: number): Health {
  const now = TROUBLES.filter((t) => h >= t.fromH && h < t.toH);
  if (now.some((t) => t.health === 'broken')) return 'broken';
  return now.length > 0 ? 'degraded' : 'well';
}

export function timelineOf(story: Story, from: number, to: number): TimelineAnswer {
  const n = 240;
  const stepMs = Math.max(1000, Math.round((to - from) / n));
  const next = random(11);
  const at = (i: number) => (from + i * stepMs - story.start) / HOUR;
  const health: TimelineAnswer['health'] = [];
  const events: TimelineAnswer['events'] = [];
  const changes: number[] = [];
  for (let i = 0; i < n; i++) {
    const h = at(i);
    const watched = h >= 0 && from + i * stepMs < story.end && !(h >= GAP_H[0] && h < GAP_H[1]);
    const state = healthAt(h);
    const roll = next();
    health.push(watched ? state : 'none');
    events.push(
      !watched
        ? { normal: 0, warning: 0 }
        : {
            normal: Math.round(2 + roll * 8),
            warning:
              state === 'broken' ? Math.round(15 + next() * 20) : state === 'degraded' ? Math.round(3 + next() * 6) : 0,
          },
    );
    changes.push(TOLD.filter((t) => t.h >= h && t.h < at(i + 1)).length);
  }
  const inside = (h: number) => story.start + h * HOUR >= from && story.start + h * HOUR <= to;
  const gaps = [
    {
      cluster: 1,
      source: 'cluster-agent',
      signal: 'objects' as const,
      from: iso(story.start + GAP_H[0] * HOUR),
      to: iso(story.start + GAP_H[1] * HOUR),
      reason: 'the agent was restarted on another node',
    },
    ...(from < story.start
      ? [{ cluster: 1, signal: 'objects' as const, from: iso(from), to: iso(story.start), reason: 'not watching yet' }]
      : []),
  ];
  return {
    from: iso(from),
    to: iso(to),
    stepMs,
    health,
    events,
    changes,
    marks: TOLD.filter((t) => inside(t.h)).map((t) => ({
      at: iso(story.start + t.h * HOUR),
      type: t.type,
      title: `${t.node.split(':')[3]}: ${t.summary}`,
      node: t.node,
      severity: t.severity,
    })),
    incidents: TROUBLES.filter((t) => inside(t.fromH)).map((t) => ({
      from: iso(story.start + t.fromH * HOUR),
      ...(t.toH < 24 ? { to: iso(story.start + t.toH * HOUR) } : {}),
      title: t.title,
      node: t.node,
      health: t.health,
    })),
    coverage: { complete: false, gaps },
  };
}

const MEANINGS: Record<string, string> = {
  BackOff: 'A container keeps ending; Kubernetes waits longer and longer before it starts it again.',
  Unhealthy: 'A probe asked the container whether it is alive or ready, and the answer was no.',
  ScalingReplicaSet: 'A Deployment changed how many pods one of its ReplicaSets should have.',
};

export function eventsOf(story: Story): EventAnswer[] {
  const event = (
    h: number,
    node: string,
    type: string,
    reason: string,
    message: string,
    count: number,
  ): EventAnswer => {
    const [cluster = '1', kind = '', namespace = '', name = ''] = node.split(':');
    const meaning = MEANINGS[reason];
    return {
      at: iso(story.start + h * HOUR),
      firstAt: iso(story.start + (h - 0.1) * HOUR),
      cluster: Number(cluster),
      clusterName: CLUSTER_NAMES[Number(cluster)] ?? '',
      uid: `event-${h}-${reason}`,
      count,
      type,
      reason,
      message,
      ...(meaning === undefined ? {} : { meaning }),
      namespace,
      kind,
      name,
      objectUid: uidOf(node),
      source: 'kubelet',
    };
  };
  const own = TROUBLES.flatMap((t) => [
    event(t.fromH + 0.05, t.node, 'Warning', 'Unhealthy', t.reason, 12),
    event(
      t.fromH + 0.12,
      t.node,
      'Warning',
      'BackOff',
      `Back-off restarting failed container in pod of ${t.node.split(':')[3]}`,
      31,
    ),
  ]);
  const told = TOLD.filter((t) => t.type === 'deploy' || t.type === 'scale').map((t) =>
    event(
      t.h + 0.002,
      t.node,
      'Normal',
      'ScalingReplicaSet',
      `Scaled up replica set ${t.node.split(':')[3]}-7d9f to 3`,
      1,
    ),
  );
  return [...own, ...told].sort((a, b) => (a.at < b.at ? 1 : -1));
}

function manifestOf(uid: string, story: Story, at: number): Record<string, unknown> {
  const spec = specOf(uid);
  if (spec === undefined)
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: uid, namespace: 'shop' },
      spec: { containers: [{ name: 'main', image: 'shop/checkout:1.9.0' }] },
      status: { phase: 'Running' },
    };
  const node = workloadNode(spec, story.start, (at - story.start) / HOUR);
  if (spec.kind === 'Secret')
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: spec.name, namespace: spec.namespace },
      data: { key: 'hash:9f2c41d7' },
    };
  if (spec.pods === undefined)
    return {
      apiVersion: 'v1',
      kind: spec.kind,
      metadata: { name: spec.name, namespace: spec.namespace },
      data: { 'app.toml': 'port = 8080\nretries = 3\n' },
    };
  const bad = node.version === '1.9.0';
  return {
    apiVersion: 'apps/v1',
    kind: spec.kind,
    metadata: {
      name: spec.name,
      namespace: spec.namespace,
      uid,
      resourceVersion: '18180',
      generation: 42,
      labels: { app: spec.name, team: 'storefront' },
    },
    spec: {
      replicas: spec.pods,
      selector: { matchLabels: { app: spec.name } },
      template: {
        metadata: { labels: { app: spec.name } },
        spec: {
          containers: [
            {
              name: spec.name,
              image: node.images?.[0],
              ports: [{ containerPort: 8080 }],
              env: [
                { name: 'PAYMENTS_HOST', value: 'payments' },
                { name: 'PAYMENTS_PORT', value: bad ? '8081' : '8080' },
                { name: 'API_KEY', value: 'hash:51be07aa' },
              ],
              resources: { limits: { memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
              readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 },
            },
          ],
        },
      },
    },
    status: { replicas: spec.pods, readyReplicas: node.counts.ready, updatedReplicas: spec.pods },
  };
}

export function objectAt(story: Story, uid: string, at: number): ObjectAt {
  const spec = specOf(uid) ?? {
    cluster: 1 as const,
    namespace: 'shop',
    kind: 'Pod',
    name: uid.split('-').slice(4).join('-'),
    pods: 1,
  };
  const node = workloadNode(spec, story.start, (at - story.start) / HOUR);
  const last = changesOf(story).find((c) => c.uid === uid && Date.parse(c.at) <= at);
  return {
    cluster: spec.cluster,
    clusterName: node.clusterName,
    uid,
    kind: spec.kind,
    apiVersion: node.apiVersion ?? 'v1',
    namespace: spec.namespace,
    name: spec.name,
    labels: node.labels ?? {},
    health: node.health,
    reasons: node.reasons,
    ready: node.counts.ready,
    wanted: node.counts.wanted,
    restarts: node.counts.restarts,
    images: node.images ?? [],
    createdAt: node.createdAt ?? iso(story.start),
    at: iso(at),
    manifest: manifestOf(uid, story, at),
    revision: { at: last?.at ?? iso(story.start), resourceVersion: last?.resourceVersion ?? '1' },
    owners: [],
    coverage: whole,
  };
}

export function historyOf(story: Story, uid: string): RevisionAnswer[] {
  return changesOf(story)
    .filter((c) => c.uid === uid)
    .map(({ at, resourceVersion, op, actor, summary, severity, diff }) => ({
      at,
      resourceVersion,
      op,
      actor,
      summary,
      severity,
      diff,
    }));
}

export function blameOf(story: Story, uid: string, at: number): BlameAnswer {
  const bad = historyOf(story, uid).find((r) => Date.parse(r.at) <= at);
  const line = (path: string, value: unknown, manager: string, h: number): BlameAnswer['items'][number] => ({
    path,
    value,
    manager,
    operation: 'Apply',
    at: iso(story.start + h * HOUR),
  });
  const touched = (bad?.diff ?? []).map((d) => ({
    path: d.path,
    value: d.after ?? null,
    manager: bad?.actor ?? 'argo-cd',
    operation: 'Update',
    at: bad?.at ?? iso(at),
  }));
  const name = specOf(uid)?.name ?? 'main';
  return {
    at: iso(at),
    items: [
      line('metadata.labels.app', name, 'argo-cd', -200),
      line('metadata.labels.team', 'storefront', 'argo-cd', -200),
      line('spec.replicas', 3, 'kube-controller-manager', 2.9),
      ...touched,
      line(`spec.template.spec.containers[${name}].env[PAYMENTS_HOST].value`, 'payments', 'argo-cd', -90),
      line(`spec.template.spec.containers[${name}].readinessProbe.periodSeconds`, 5, 'nadia (kubectl edit)', -40),
      line(
        `spec.template.spec.containers[${name}].resources.limits.memory`,
        '512Mi',
        'nadia (kubectl rollout undo)',
        6.68,
      ),
    ],
    coverage: whole,
  };
}

export function searchFor(story: Story, q: string): SearchHit[] {
  const text = q.toLowerCase();
  const { nodes } = workloadGraph(story.start, (story.end - story.start) / HOUR);
  const living = new Set(nodes.map((n) => n.id));
  const hits = ALL.filter((s) =>
    `${s.name} ${s.namespace} ${s.image ?? ''} ${s.kind}`.toLowerCase().includes(text),
  ).map((s) => {
    const id = idOf(s);
    const alive = living.has(id);
    return {
      type: s.pods === undefined ? ('object' as const) : ('workload' as const),
      id,
      title: s.name,
      subtitle: `${CLUSTER_NAMES[s.cluster]} / ${s.namespace} / ${s.kind}`,
      cluster: s.cluster,
      uid: uidOf(id),
      kind: s.kind,
      living: alive,
      at: iso(alive ? story.end : story.start + ((s.goneAfterH ?? 24) - 0.05) * HOUR),
    };
  });
  const spaces = [...new Set(WORKLOADS.map((w) => `${w.cluster}:${w.namespace}`))]
    .filter((n) => n.includes(text))
    .map((n) => {
      const [cluster = '1', name = ''] = n.split(':');
      return {
        type: 'namespace' as const,
        id: `${cluster}:Namespace::${name}`,
        title: name,
        subtitle: `${CLUSTER_NAMES[Number(cluster)]} / namespace`,
        cluster: Number(cluster),
        kind: 'Namespace',
        living: true,
      };
    });
  return [...spaces, ...hits].slice(0, 40);
}

export function clustersOf(story: Story): ClusterAnswer[] {
  const cluster = (id: number): ClusterAnswer => ({
    id,
    name: CLUSTER_NAMES[id] ?? '',
    status: 'watching',
    kind: 'playground',
    version: 'v1.34.2',
    watchedSince: iso(story.start),
    agents: [
      {
        name: 'cluster-agent',
        version: '0.1.0',
        lastSeen: iso(story.end - 2000),
        spoolBytes: 0,
        skewMs: 120,
        state: 'watching',
      },
    ],
    signals: [
      { signal: 'objects', state: 'watching', coveredTo: iso(story.end) },
      { signal: 'events', state: 'watching', coveredTo: iso(story.end) },
      {
        signal: 'logs',
        state: 'absent',
        hint: 'Install the node agent on each machine: npx mosaic install --node-agent',
      },
      {
        signal: 'connections',
        state: 'absent',
        hint: 'Install the node agent on each machine: npx mosaic install --node-agent',
      },
    ],
    retention: { objects: { days: 14, bytes: 2_000_000_000 } },
    objects: id === 1 ? 412 : 198,
    health: id === 1 ? 'well' : 'degraded',
  });
  return [cluster(1), cluster(2)];
}
