// Columns of NodeMetrics and PodMetrics, as metrics-server shows them.
import { at, listAt, recordOf, textAt } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { NAME, path, text } from './make.ts';
import type { Column } from './table.ts';

const nanocores = (cpu: unknown): number => Number.parseInt(textAt(cpu, 'cpu'), 10) || 0;
const kibibytes = (memory: unknown): number => Number.parseInt(textAt(memory, 'memory'), 10) || 0;

const usages = (object: KubeObject): readonly unknown[] =>
  object.kind === 'NodeMetrics' ? [at(object, 'usage')] : listAt(object, 'containers').map((each) => at(each, 'usage'));

const sum = (object: KubeObject, amount: (usage: unknown) => number): number =>
  usages(object).reduce<number>((total, usage) => total + amount(recordOf(usage)), 0);

const metrics: readonly Column[] = [
  NAME,
  text('cpu', (object) => `${sum(object, nanocores)}n`),
  text('memory', (object) => `${sum(object, kibibytes)}Ki`),
  text('Window', path('window')),
];

export const METRICS_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  'nodes.metrics.k8s.io': metrics,
  'pods.metrics.k8s.io': metrics,
};
