// `npm run bench -- NAME --json`: rows on stdout, one JSON object each; everything else on stderr.

import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  codec: async () => (await import('./codec.ts')).codec,
  state: async () => (await import('./state.ts')).state,
  'agent-cluster': async () => (await import('./agent-cluster.ts')).agentCluster,
  'agent-node': async () => (await import('./agent-node/agent-node.ts')).agentNode,
  edges: async () => (await import('./edges.ts')).edges,
  manifestr: async () => (await import('./manifestr.ts')).manifestr,
  'ingest-objects': async () => (await import('./ingest-objects.ts')).ingestObjects,
  pipeline: async () => (await import('./pipeline/pipeline.ts')).pipeline,
  'logs-search': async () => (await import('./logs-search/logs-search.ts')).logsSearch,
  past: async () => (await import('./past/past.ts')).past,
  api: async () => (await import('./api/api.ts')).api,
  scale: async () => (await import('./scale/scale.ts')).scale,
  ui: async () => (await import('./ui/ui.ts')).ui,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, quick: { type: 'boolean' } },
});
const [name = ''] = positionals;
const load = BENCHES[name];
if (values.help || load === undefined) {
  const out = values.help ? process.stdout : process.stderr;
  out.write(
    `${name && !values.help ? `there is no benchmark ${name}\n` : ''}npm run bench -- NAME [--json] [--quick]\n  NAME: ${Object.keys(BENCHES).join(', ')}\n  --quick: a tenth of the load, to see that it runs; its figures say nothing\n`,
  );
  process.exit(values.help ? 0 : 2);
}

const began = performance.now();
const tell = (line: string): void =>
  void process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
await (await load()).run({
  isQuick: values.quick ?? false,
  tell,
  row: (row) => void process.stdout.write(`${JSON.stringify({ bench: name, ...row })}\n`),
});
tell('done');
process.exit(0);
