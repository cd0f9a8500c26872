// The two shapes of a HorizontalPodAutoscaler: autoscaling/v2 as stored, autoscaling/v1 as a view of the same. What v1 has no field for stands in annotations, as
// kube-apiserver does it, so that a client of v1 that writes back what it read loses nothing.
import { at, isRecord, type Json, listAt, recordOf, textAt, withField } from '../json.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const BEHAVIOR = `${PREFIX}behavior`;
const CONDITIONS = `${PREFIX}conditions`;
const CURRENT = `${PREFIX}current-metrics`;

/** The one metric v1 has a field for. */
const isCpuShare = (metric: unknown, side: 'target' | 'current'): boolean =>
  textAt(metric, 'type') === 'Resource' &&
  textAt(metric, 'resource', 'name') === 'cpu' &&
  at(metric, 'resource', side, 'averageUtilization') !== undefined;

/** As autoscaling/v1 shows it. */
export function viewedAutoscaler(hpa: Json): Json {
  const { metrics: _metrics, behavior, ...spec } = recordOf(hpa.spec);
  const { currentMetrics: _current, conditions, ...status } = recordOf(hpa.status);
  const wanted = parted(listAt(hpa, 'spec', 'metrics'), 'target');
  const seen = parted(listAt(hpa, 'status', 'currentMetrics'), 'current');
  const notes = {
    ...note(METRICS, wanted.others),
    ...note(BEHAVIOR, behavior),
    ...note(CURRENT, seen.others),
    ...note(CONDITIONS, conditions),
  };
  return {
    ...hpa,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(recordOf(hpa.metadata), notes),
    spec: { ...spec, ...(wanted.share === undefined ? {} : { targetCPUUtilizationPercentage: wanted.share }) },
    ...(hpa.status === undefined
      ? {}
      : {
          status: {
            currentReplicas: 0, // v2 leaves it out before the first count, v1 never does
            ...status,
            ...(seen.share === undefined ? {} : { currentCPUUtilizationPercentage: seen.share }),
          },
        }),
  };
}

function parted(metrics: readonly unknown[], side: 'target' | 'current') {
  const cpu = metrics.find((metric) => isCpuShare(metric, side));
  return {
    share: at(cpu, 'resource', side, 'averageUtilization'),
    others: metrics.filter((metric) => metric !== cpu),
  };
}

const note = (name: string, value: unknown): Json =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)
    ? {}
    : { [name]: JSON.stringify(value) };

const withAnnotations = (metadata: Json, notes: Json): Json =>
  Object.keys(notes).length === 0
    ? metadata
    : { ...metadata, annotations: { ...recordOf(metadata.annotations), ...notes } };

/** What a client of autoscaling/v1 sent, as it is kept. */
export function storedAutoscaler(hpa: Json): Json {
  const { targetCPUUtilizationPercentage: share, ...spec } = recordOf(hpa.spec);
  const { currentCPUUtilizationPercentage: used, currentReplicas: replicas, ...status } = recordOf(hpa.status);
  const metrics = [...cpuMetric('target', share), ...listNoted(hpa, METRICS)];
  const current = [...cpuMetric('current', used), ...listNoted(hpa, CURRENT)];
  const behavior = noted(hpa, BEHAVIOR);
  const conditions = listNoted(hpa, CONDITIONS);
  const told = {
    ...status,
    ...(replicas === undefined || replicas === 0 ? {} : { currentReplicas: replicas }),
    ...(current.length === 0 ? {} : { currentMetrics: current }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  return {
    ...hpa,
    apiVersion: 'autoscaling/v2',
    metadata: withoutNotes(recordOf(hpa.metadata)),
    spec: {
      ...spec,
      ...(metrics.length === 0 ? {} : { metrics }),
      ...(isRecord(behavior) ? { behavior } : {}),
    },
    ...(hpa.status === undefined ? {} : { status: told }),
  };
}

function cpuMetric(side: 'target' | 'current', share: unknown): readonly Json[] {
  if (typeof share !== 'number') return [];
  const amount = { ...(side === 'target' ? { type: 'Utilization' } : {}), averageUtilization: share };
  return [{ type: 'Resource', resource: { name: 'cpu', [side]: amount } }];
}

/** What an annotation of ours holds; nothing when somebody wrote something else into it. */
function noted(hpa: Json, name: string): unknown {
  const text = textAt(hpa, 'metadata', 'annotations', name);
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function listNoted(hpa: Json, name: string): readonly unknown[] {
  const value = noted(hpa, name);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function withoutNotes(metadata: Json): Json {
  if (!isRecord(metadata.annotations)) return metadata;
  const own = Object.entries(metadata.annotations).filter(
    ([name]) => ![METRICS, BEHAVIOR, CONDITIONS, CURRENT].includes(name),
  );
  return withField(metadata, 'annotations', own.length === 0 ? undefined : Object.fromEntries(own));
}
