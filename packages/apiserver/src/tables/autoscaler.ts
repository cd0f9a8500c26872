// What `kubectl get hpa` says of metrics: current and target of each, at most two of them.
import { at, listAt, textAt } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { AGE, NAME, number, orNone, text } from './make.ts';
import type { Column } from './table.ts';

const SHOWN = 2;

const targets = (hpa: KubeObject): string => {
  const all = listAt(hpa, 'spec', 'metrics').map((metric, i) => metricText(metric, currentOf(hpa, metric, i)));
  const more = all.length > SHOWN ? ` + ${all.length - SHOWN} more...` : '';
  return orNone(`${all.slice(0, SHOWN).join(', ')}${more}`);
};

const fieldOf = (metric: unknown): string => {
  const type = textAt(metric, 'type');
  return type.charAt(0).toLowerCase() + type.slice(1);
};

/** Its metrics are told in the order they were asked for. */
function currentOf(hpa: KubeObject, metric: unknown, index: number): unknown {
  const told = listAt(hpa, 'status', 'currentMetrics')[index];
  return at(told, fieldOf(metric), 'current');
}

function metricText(metric: unknown, current: unknown): string {
  const field = fieldOf(metric);
  const target = at(metric, field, 'target');
  const average = at(target, 'averageValue');
  if (field === 'resource' || field === 'containerResource') {
    const name = textAt(metric, field, 'name');
    if (average !== undefined) return `${name}: ${amount(at(current, 'averageValue'))}/${amount(average)}`;
    return `${name}: ${percent(current, '<unknown>')}/${percent(target, '<auto>')}`;
  }
  if (field === 'pods') return `${amount(at(current, 'averageValue'))}/${amount(average)}`;
  if (field !== 'object' && field !== 'external') return '<unknown type>';
  if (average !== undefined) return `${amount(at(current, 'averageValue'))}/${amount(average)} (avg)`;
  return `${amount(at(current, 'value'))}/${amount(at(target, 'value'))}`;
}

const amount = (quantity: unknown): string =>
  quantity === undefined || quantity === null ? '<unknown>' : String(quantity);

const percent = (value: unknown, otherwise: string): string => {
  const share = at(value, 'averageUtilization');
  return typeof share === 'number' ? `${share}%` : otherwise;
};

export const AUTOSCALER: readonly Column[] = [
  NAME,
  text(
    'Reference',
    (object) =>
      `${textAt(object, 'spec', 'scaleTargetRef', 'kind')}/${textAt(object, 'spec', 'scaleTargetRef', 'name')}`,
  ),
  text('Targets', targets),
  text('MinPods', (object) => String(at(object, 'spec', 'minReplicas') ?? '<unset>')),
  text('MaxPods', number('spec', 'maxReplicas')),
  text('Replicas', number('status', 'currentReplicas')),
  AGE,
];
