// What the agent tells Prometheus (text exposition format 0.0.4).

import type { Spool } from '@mosaic/runtime';
import type { Session } from './session.ts';

export function metricsOf(cluster: string, session: Session | undefined, spool: Spool | undefined): string {
  const stats = session?.stats();
  const label = `cluster="${cluster.replace(/["\\\n]/g, '_')}"`;
  const lines: string[] = [];
  const metric = (name: string, type: 'counter' | 'gauge', help: string, value: number, more = ''): void => {
    const full = `mosaic_agent_${name}`;
    if (!lines.includes(`# TYPE ${full} ${type}`)) lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`);
    lines.push(`${full}{${label}${more}} ${value}`);
  };
  metric('objects', 'gauge', 'Living objects known.', stats?.objects ?? 0);
  metric('epoch', 'gauge', 'Epoch of what is sent.', session?.epoch ?? 0);
  metric('observations_total', 'counter', 'Objects seen, repeats included.', stats?.observed ?? 0);
  metric('duplicates_total', 'counter', 'Objects seen in a version known already.', stats?.duplicates ?? 0);
  metric('revisions_total', 'counter', 'Versions kept.', stats?.revisions ?? 0);
  metric('revision_bytes_total', 'counter', 'Bytes of versions kept, compressed.', stats?.revisionBytes ?? 0);
  metric('events_total', 'counter', 'Kubernetes events kept.', stats?.events ?? 0);
  metric('checkpoints_total', 'counter', 'Checkpoints written.', stats?.checkpoints ?? 0);
  for (const [signal, count] of Object.entries(stats?.chunks ?? {})) {
    metric('chunks_total', 'counter', 'Chunks sealed.', count, `,signal="${signal}"`);
  }
  for (const kind of session?.kinds() ?? []) {
    metric(
      'kind_watched',
      'gauge',
      '1 while a kind is watched.',
      kind.state === 'watching' ? 1 : 0,
      `,kind="${kind.kind}"`,
    );
  }
  metric('spool_bytes', 'gauge', 'Bytes waiting for the broker.', spool?.bytes ?? 0);
  metric('spool_chunks', 'gauge', 'Chunks waiting for the broker.', spool?.chunks ?? 0);
  metric('spool_dropped_total', 'counter', 'Chunks dropped because the spool was full.', spool?.dropped ?? 0);
  metric('resident_bytes', 'gauge', 'Resident memory.', process.memoryUsage.rss());
  return `${lines.join('\n')}\n`;
}
