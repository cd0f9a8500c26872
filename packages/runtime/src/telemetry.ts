// OpenTelemetry of ourselves. On when OTEL_EXPORTER_OTLP_ENDPOINT is set; off, nothing of it is even loaded and a span is a plain call.

import type { Context, Meter, Span, Tracer } from '@opentelemetry/api';
import type { Family, MetricsRegistry } from './metrics.ts';
import type { Environment } from './settings.ts';

type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly attributes?: Attributes;
  /** W3C traceparent of where this began: a chunk's header carries it. */
  readonly parent?: string;
}

export interface Telemetry {
  readonly isOn: boolean;
  /** Runs `work` inside a span; what it throws is recorded and thrown on. */
  span<T>(name: string, work: () => Promise<T>, options?: SpanOptions): Promise<T>;
  /** W3C traceparent of the span we are in. */
  traceparent(): string | undefined;
  /** Exports a registry's families beside the spans. Call it when all of them are made. */
  exportMetrics(registry: Pick<MetricsRegistry, 'families'>): void;
  /** Sends what is left; gives up after a few seconds. Never throws. */
  stop(): Promise<void>;
}

/** What a collector that has gone may cost the end of a process. */
const LAST_EXPORT_MS = 3_000;

export const noTelemetry: Telemetry = {
  isOn: false,
  span: (_name, work) => work(),
  traceparent: () => undefined,
  exportMetrics() {},
  async stop() {},
};

/** The exporters' further settings are OpenTelemetry's own OTEL_* variables. */
export async function telemetry(
  service: { readonly name: string; readonly version: string },
  env: Environment = process.env,
): Promise<Telemetry> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) return noTelemetry;
  const [api, { startNodeSdk }] = await Promise.all([import('@opentelemetry/api'), import('@opentelemetry/sdk-node')]);
  const sdk = startNodeSdk({
    resourceAttributes: { 'service.name': service.name, 'service.version': service.version },
    logRecordProcessors: [],
  });
  const { span, traceparent } = tracing(api, api.trace.getTracer(service.name, service.version));
  const meter = api.metrics.getMeter(service.name, service.version);
  return {
    isOn: true,
    span,
    traceparent,
    exportMetrics({ families }) {
      for (const family of families()) observe(meter, family);
    },
    async stop() {
      await Promise.race([sdk.shutdown().catch(() => {}), after(LAST_EXPORT_MS)]);
      for (const part of [api.trace, api.metrics, api.context, api.propagation, api.diag]) part.disable();
    },
  };
}

function tracing(api: typeof import('@opentelemetry/api'), tracer: Tracer): Pick<Telemetry, 'span' | 'traceparent'> {
  const under = (parent: string | undefined): Context =>
    parent === undefined
      ? api.context.active()
      : api.propagation.extract(api.context.active(), { traceparent: parent });
  return {
    span: (name, work, { attributes = {}, parent } = {}) =>
      tracer.startActiveSpan(name, { attributes }, under(parent), async (span: Span) => {
        try {
          return await work();
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          span.recordException(error instanceof Error ? error : message);
          span.setStatus({ code: api.SpanStatusCode.ERROR, message });
          throw error;
        } finally {
          span.end();
        }
      }),
    traceparent() {
      const carrier: Record<string, string> = {};
      api.propagation.inject(api.context.active(), carrier);
      return carrier.traceparent;
    },
  };
}

/** Histograms go out as their sum and count: buckets are for whoever scrapes. */
function observe(meter: Meter, { name, help, type, samples }: Family): void {
  const options = { description: help };
  const told = new Set(type === 'histogram' ? [`${name}_sum`, `${name}_count`] : [name]);
  for (const each of told) {
    const instrument =
      type === 'gauge' ? meter.createObservableGauge(each, options) : meter.createObservableCounter(each, options);
    instrument.addCallback((result) => {
      for (const sample of samples()) if (sample.name === each) result.observe(sample.value, { ...sample.labels });
    });
  }
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
