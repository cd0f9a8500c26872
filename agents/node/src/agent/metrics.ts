// What the agent tells Prometheus of itself (text exposition format 0.0.4), and whether it is ready.

import type { Readiness } from '@mosaic/wire';
import type { NodeAgentStatus } from './agent.ts';

type Kind = 'counter' | 'gauge';

export function metricsOf(status: NodeAgentStatus): string {
  const label = `node="${status.node.replace(/["\\\n]/g, '_')}"`;
  const lines: string[] = [];
  const metric = (name: string, kind: Kind, help: string, value: number | undefined, more = ''): void => {
    if (value === undefined) return;
    const full = `mosaic_node_agent_${name}`;
    if (!lines.includes(`# TYPE ${full} ${kind}`)) lines.push(`# HELP ${full} ${help}`, `# TYPE ${full} ${kind}`);
    lines.push(`${full}{${label}${more}} ${value}`);
  };
  const { logs, connections, usage, sending } = status;
  const { user, system } = process.cpuUsage();
  metric('pods', 'gauge', 'Pods of this node.', status.pods);
  metric('cpu_seconds_total', 'counter', 'Processor time of this agent.', (user + system) / 1e6);
  metric('resident_bytes', 'gauge', 'Resident memory of this agent.', process.memoryUsage.rss());
  metric('log_files', 'gauge', 'Log files followed.', logs?.files);
  metric('log_lines_total', 'counter', 'Lines read.', logs?.lines);
  metric('log_bytes_total', 'counter', 'Bytes of logs read.', logs?.bytes);
  metric('log_behind_bytes', 'gauge', 'Bytes written and not read yet.', logs?.behindBytes);
  metric('log_dropped_bytes_total', 'counter', 'Bytes that went away before they were read.', logs?.dropped);
  metric('log_truncated_lines_total', 'counter', 'Lines longer than what is kept of one.', logs?.truncated);
  metric('connection_pass_seconds', 'gauge', 'What the last look at connections took.', seconds(connections?.passMs));
  metric('connection_fds', 'gauge', 'Links of file descriptors that the last look read.', connections?.fds);
  metric('connection_sockets', 'gauge', 'Sockets seen.', connections?.sockets);
  metric('connection_namespaces', 'gauge', 'Network namespaces looked at.', connections?.namespaces);
  metric('connection_behind', 'gauge', '1 while looks are stretched.', flag(connections?.isBehind));
  metric('connection_windows_total', 'counter', 'Windows told.', connections?.windows);
  metric('usage_pass_seconds', 'gauge', 'What the last sample took.', seconds(usage?.passMs));
  metric('usage_containers', 'gauge', 'Containers sampled.', usage?.containers);
  metric('usage_series', 'gauge', 'Series of the last sample.', usage?.series);
  for (const [signal, count] of sending?.chunks ?? [])
    metric('chunks_total', 'counter', 'Chunks sealed.', count, `,signal="${signal}"`);
  metric('spool_bytes', 'gauge', 'Bytes waiting for the broker.', sending?.spool.bytes);
  metric('spool_chunks', 'gauge', 'Chunks waiting for the broker.', sending?.spool.chunks);
  metric('spool_dropped_total', 'counter', 'Chunks dropped because the spool was full.', sending?.spool.dropped);
  metric('certified_until_seconds', 'gauge', 'When the certificate ends, Unix time.', seconds(status.certifiedUntil));
  return `${lines.join('\n')}\n`;
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
const flag = (is: boolean | undefined): number | undefined => (is === undefined ? undefined : Number(is));

export function healthOf(status: NodeAgentStatus | undefined): Readiness {
  const state = status?.state ?? 'starting';
  const trouble = status?.trouble ?? [];
  const agent = {
    status: state === 'watching' ? 'ok' : 'starting',
    detail: [state, ...trouble].join('; '),
  } as const;
  const sender = status?.sending?.trouble ?? [];
  const broker =
    sender.length === 0
      ? ({ status: 'ok' } as const)
      : ({
          status: 'unavailable',
          detail: `${sender.join('; ')}; ${status?.sending?.spool.chunks} chunks wait`,
        } as const);
  const isOk = agent.status === 'ok' && broker.status === 'ok';
  return { status: isOk ? 'ok' : agent.status === 'ok' ? 'unavailable' : 'starting', dependencies: { agent, broker } };
}
