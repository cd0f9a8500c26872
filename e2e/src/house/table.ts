// Who may import whom, and which vendors are allowed where. Design in a table; imports.test.ts enforces it.

/** A room may import itself, what stands here, and nothing else of ours. `*` = anything. */
export const ROOMS: Readonly<Record<string, readonly string[] | '*'>> = {
  'packages/wire': [],
  'packages/transport': ['wire'],
  'packages/kat': ['wire'],
  'packages/apiserver': ['wire'],
  // runtime adapts wire's ports (compression, signatures), so it knows them.
  'packages/runtime': ['wire'],
  'agents/cluster': ['wire', 'transport', 'kat', 'runtime'],
  'agents/node': ['wire', 'transport', 'kat', 'runtime'],
  'servers/store': ['wire'],
  'servers/topology': ['wire', 'kat'],
  'servers/rca': ['wire', 'kat'],
  'servers/receiver': ['wire', 'transport', 'store', 'runtime'],
  'servers/deriver': ['wire', 'transport', 'store', 'topology', 'rca', 'runtime'],
  'servers/api': ['wire', 'transport', 'kat', 'apiserver', 'store', 'topology', 'rca', 'runtime', 'manifestr'],
  'servers/all-in-one': '*',
  e2e: '*',
  bench: '*',
  playground: '*',
  // dev starts the whole distributed shape, so it enrols clusters and keys as an installer would.
  dev: '*',
  ui: ['wire', 'topology'],
  cli: ['wire', 'kat', 'manifestr', 'runtime'],
  manifestr: [],
};

/** Vendor (or built-in) → the only places that may import it. */
export const VENDORS: readonly { readonly vendor: RegExp; readonly onlyIn: readonly string[] }[] = [
  // settings.ts of runtime is a zod object over the environment (conventions 18).
  { vendor: /^zod$/, onlyIn: ['packages/wire', 'packages/runtime'] },
  { vendor: /^kafkajs/, onlyIn: ['packages/transport/src/adapters'] },
  { vendor: /^@kubernetes\/client-node/, onlyIn: ['packages/kat/src/sources/live'] },
  { vendor: /^@opentelemetry\//, onlyIn: ['packages/runtime'] },
  { vendor: /^cassandra-driver/, onlyIn: ['servers/store/src/adapters/cassandra'] },
  { vendor: /^node:sqlite$/, onlyIn: ['servers/store/src/adapters/embedded'] },
  { vendor: /^@nestjs\//, onlyIn: ['servers/receiver', 'servers/deriver', 'servers/api'] },
  { vendor: /^(svelte|@sveltejs\/|d3-)/, onlyIn: ['ui'] },
  { vendor: /^@peculiar\/x509/, onlyIn: ['packages/runtime/src/x509'] },
];
