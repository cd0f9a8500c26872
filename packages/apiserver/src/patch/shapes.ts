// The merge shapes of the built-in kinds, and those a definition's schema declares.
import { at, isRecord, listAt, textAt, textOf } from '../json.ts';
import type { ResourceKind } from '../port.ts';
import { qualified } from '../status.ts';
import { ANY, ATOMIC, fields, keyed, SET, type Shape } from './shape.ts';

const PROTOCOL = { protocol: 'TCP' };

const METADATA = fields({ finalizers: SET, ownerReferences: keyed(['uid']) });
const CONDITIONS = keyed(['type']);
const KEY_REFERENCE = fields({
  valueFrom: fields({ configMapKeyRef: ATOMIC, secretKeyRef: ATOMIC, fieldRef: ATOMIC, resourceFieldRef: ATOMIC }),
});
const HANDLER = fields({ exec: fields({ command: ATOMIC }) });

const CONTAINER = fields({
  args: ATOMIC,
  command: ATOMIC,
  env: keyed(['name'], KEY_REFERENCE),
  envFrom: ATOMIC,
  livenessProbe: HANDLER,
  ports: keyed(['containerPort', 'protocol'], ANY, PROTOCOL),
  readinessProbe: HANDLER,
  resources: fields({ claims: keyed(['name']) }),
  startupProbe: HANDLER,
  volumeDevices: keyed(['devicePath']),
  volumeMounts: keyed(['mountPath']),
});

const POD_SPEC = fields({
  affinity: fields({
    nodeAffinity: fields({
      requiredDuringSchedulingIgnoredDuringExecution: ATOMIC,
      preferredDuringSchedulingIgnoredDuringExecution: ATOMIC,
    }),
    podAffinity: fields({
      requiredDuringSchedulingIgnoredDuringExecution: ATOMIC,
      preferredDuringSchedulingIgnoredDuringExecution: ATOMIC,
    }),
    podAntiAffinity: fields({
      requiredDuringSchedulingIgnoredDuringExecution: ATOMIC,
      preferredDuringSchedulingIgnoredDuringExecution: ATOMIC,
    }),
  }),
  containers: keyed(['name'], CONTAINER),
  ephemeralContainers: keyed(['name'], CONTAINER),
  hostAliases: keyed(['ip']),
  imagePullSecrets: keyed(['name']),
  initContainers: keyed(['name'], CONTAINER),
  nodeSelector: ATOMIC,
  readinessGates: ATOMIC,
  resourceClaims: keyed(['name']),
  schedulingGates: keyed(['name']),
  tolerations: ATOMIC,
  topologySpreadConstraints: keyed(['topologyKey', 'whenUnsatisfiable'], fields({ labelSelector: ATOMIC })),
  volumes: keyed(
    ['name'],
    fields({
      configMap: fields({ items: ATOMIC }),
      secret: fields({ items: ATOMIC }),
      projected: fields({ sources: ATOMIC }),
    }),
  ),
});

const TEMPLATE = fields({ metadata: METADATA, spec: POD_SPEC });
const WORKLOAD_STATUS = fields({ conditions: CONDITIONS });
const WORKLOAD = { spec: fields({ selector: ATOMIC, template: TEMPLATE }), status: WORKLOAD_STATUS };
const JOB_SPEC = fields({ selector: ATOMIC, template: TEMPLATE });

const POD_STATUS = fields({ conditions: CONDITIONS, podIPs: keyed(['ip']), hostIPs: ATOMIC });

/** Beside metadata, which all share. */
const KINDS: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  pods: { spec: POD_SPEC, status: POD_STATUS },
  podtemplates: { template: TEMPLATE },
  replicationcontrollers: { spec: fields({ selector: ATOMIC, template: TEMPLATE }), status: WORKLOAD_STATUS },
  services: {
    spec: fields({
      ports: keyed(['port', 'protocol'], ANY, PROTOCOL),
      selector: ATOMIC,
      clusterIPs: ATOMIC,
      externalIPs: ATOMIC,
    }),
    status: fields({ conditions: CONDITIONS, loadBalancer: fields({ ingress: ATOMIC }) }),
  },
  nodes: {
    spec: fields({ taints: ATOMIC, podCIDRs: SET }),
    status: fields({ conditions: CONDITIONS, addresses: keyed(['type']) }),
  },
  namespaces: { spec: fields({ finalizers: SET }), status: fields({ conditions: CONDITIONS }) },
  serviceaccounts: { secrets: keyed(['name']), imagePullSecrets: ATOMIC },
  persistentvolumes: { spec: fields({ claimRef: ATOMIC, accessModes: ATOMIC }) },
  persistentvolumeclaims: {
    spec: fields({ accessModes: ATOMIC, selector: ATOMIC }),
    status: fields({ conditions: CONDITIONS }),
  },
  events: { involvedObject: ATOMIC },
  'deployments.apps': WORKLOAD,
  'replicasets.apps': WORKLOAD,
  'daemonsets.apps': WORKLOAD,
  'statefulsets.apps': {
    ...WORKLOAD,
    spec: fields({ selector: ATOMIC, template: TEMPLATE, volumeClaimTemplates: ATOMIC }),
  },
  'jobs.batch': { spec: JOB_SPEC, status: WORKLOAD_STATUS },
  'cronjobs.batch': { spec: fields({ jobTemplate: fields({ metadata: METADATA, spec: JOB_SPEC }) }) },
  'horizontalpodautoscalers.autoscaling': {
    spec: fields({ metrics: ATOMIC, scaleTargetRef: ANY }),
    status: WORKLOAD_STATUS,
  },
  'poddisruptionbudgets.policy': { spec: fields({ selector: ATOMIC }), status: WORKLOAD_STATUS },
  'customresourcedefinitions.apiextensions.k8s.io': { status: WORKLOAD_STATUS },
};

/** Whether strategic merge patches are known for a kind: built-in kinds only, as in Kubernetes. */
export const mergesStrategically = (kind: ResourceKind): boolean =>
  kind.schema === undefined && kind.printerColumns === undefined && isBuiltInGroup(kind.group);

const isBuiltInGroup = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

export function shapeOf(kind: ResourceKind): Shape {
  const own = kind.schema === undefined ? (KINDS[qualified(kind)] ?? {}) : (shapeOfSchema(kind.schema).fields ?? {});
  return fields({ ...own, metadata: METADATA });
}

const MOST_SCHEMA_DEPTH = 64;

/** From `x-kubernetes-list-type`, `-list-map-keys` and `-map-type`. */
export function shapeOfSchema(schema: unknown, depth = 0): Shape {
  if (depth > MOST_SCHEMA_DEPTH || at(schema, 'x-kubernetes-map-type') === 'atomic') return ATOMIC;
  if (textAt(schema, 'type') === 'array') return listShape(schema, depth);
  const properties = at(schema, 'properties');
  const values = at(schema, 'additionalProperties');
  return {
    ...(isRecord(values) ? { of: shapeOfSchema(values, depth + 1) } : {}),
    ...(isRecord(properties)
      ? {
          fields: Object.fromEntries(
            Object.entries(properties).map(([name, each]) => [name, shapeOfSchema(each, depth + 1)]),
          ),
        }
      : {}),
  };
}

function listShape(schema: unknown, depth: number): Shape {
  const type = textAt(schema, 'x-kubernetes-list-type');
  if (type === 'set') return SET;
  const keys = listAt(schema, 'x-kubernetes-list-map-keys').map(textOf);
  return type === 'map' && keys.length > 0 ? keyed(keys, shapeOfSchema(at(schema, 'items'), depth + 1)) : ATOMIC;
}
