// Counters, gauges and histograms of one process, told as Prometheus text (exposition format 0.0.4).

export type Labels = Readonly<Record<string, string | number>>;

export interface Counter {
  add(amount?: number, labels?: Labels): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
}
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  samples(): readonly Sample[];
}

export interface MetricsRegistry {
  /** By Prometheus' custom a counter's name ends in `_total`. The same name again is the same counter. */
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** Read when asked: for what is known elsewhere already. */
  gaugeOf(name: string, help: string, read: () => number): void;
  histogram(name: string, help: string, buckets?: readonly number[]): Histogram;
  families(): readonly Family[];
  text(): string;
}

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Seconds. */
const LATENCIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
/** A family with more label sets than this counts the rest together, so that odd input never grows it without end. */
const MOST_SERIES = 1000;
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

export function metricsRegistry(): MetricsRegistry {
  const families = new Map<string, Family & { readonly tool: unknown }>();
  const family = <T>(name: string, type: Family['type'], help: string, make: () => [T, Family['samples']]): T => {
    if (!NAME.test(name)) throw new RangeError(`${name} is no metric name`);
    const known = families.get(name);
    if (known) {
      if (known.type !== type) throw new RangeError(`${name} is a ${known.type} already`);
      return known.tool as T; // of the same type, so made by the same method
    }
    const [tool, samples] = make();
    families.set(name, { name, help, type, samples, tool });
    return tool;
  };
  return {
    counter: (name, help) => family(name, 'counter', help, () => counter(name)),
    gauge: (name, help) => family(name, 'gauge', help, () => gauge(name)),
    gaugeOf(name, help, read) {
      family(name, 'gauge', help, () => [undefined, () => [{ name, labels: {}, value: read() }]]);
    },
    histogram: (name, help, buckets = LATENCIES) => family(name, 'histogram', help, () => histogram(name, buckets)),
    families: () => [...families.values()],
    text: () => [...families.values()].map(tellFamily).join(''),
  };
}

/** One value per label set. */
function series<T>(make: () => T): { of(labels: Labels): T; all(): IterableIterator<readonly [Labels, T]> } {
  const byKey = new Map<string, readonly [Labels, T]>();
  return {
    of(given) {
      const isFull = byKey.size >= MOST_SERIES && !byKey.has(tellLabels(given));
      const labels = isFull ? Object.fromEntries(Object.keys(given).map((name) => [name, 'other'])) : given;
      const key = tellLabels(labels);
      const known = byKey.get(key) ?? ([labels, make()] as const);
      byKey.set(key, known);
      return known[1];
    },
    all: () => byKey.values(),
  };
}

function counter(name: string): [Counter, Family['samples']] {
  const values = series(() => ({ value: 0 }));
  const samples = () => [...values.all()].map(([labels, { value }]) => ({ name, labels, value }));
  return [
    {
      add(amount = 1, labels = {}) {
        if (!(amount >= 0)) throw new RangeError(`${name} only grows; ${amount} does not`);
        values.of(labels).value += amount;
      },
    },
    samples,
  ];
}

function gauge(name: string): [Gauge, Family['samples']] {
  const values = series(() => ({ value: 0 }));
  const samples = () => [...values.all()].map(([labels, { value }]) => ({ name, labels, value }));
  const set: Gauge['set'] = (value, labels = {}) => {
    values.of(labels).value = value;
  };
  return [{ set }, samples];
}

function histogram(name: string, buckets: readonly number[]): [Histogram, Family['samples']] {
  const values = series(() => ({ within: buckets.map(() => 0), count: 0, sum: 0 }));
  const observe: Histogram['observe'] = (value, labels = {}) => {
    const of = values.of(labels);
    of.count += 1;
    of.sum += value;
    buckets.forEach((most, i) => {
      if (value <= most) of.within[i] = (of.within[i] ?? 0) + 1;
    });
  };
  const samples = () =>
    [...values.all()].flatMap(([labels, { within, count, sum }]) => [
      ...buckets.map((le, i) => ({ name: `${name}_bucket`, labels: { ...labels, le }, value: within[i] ?? 0 })),
      { name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
      { name: `${name}_sum`, labels, value: sum },
      { name: `${name}_count`, labels, value: count },
    ]);
  return [{ observe }, samples];
}

function tellFamily({ name, help, type, samples }: Family): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  const lines = samples().map((sample) => `${sample.name}${tellLabels(sample.labels)} ${tellValue(sample.value)}\n`);
  return `# HELP ${name} ${escaped}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function tellLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function tellValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
