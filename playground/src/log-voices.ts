// How each kind of program talks in its log: web servers, databases, brokers, our own services in JSON, jobs.

import { hash32 } from '@mosaic/wire';
import { behaviourOf } from './behaviour.ts';
import { environmentOf } from './environment.ts';
import type { Sim } from './sim.ts';
import type { Pod } from './types.ts';

export interface Voice {
  readonly seed: string;
  /** At most one line per beat. */
  readonly everyMs: number;
  readonly hello: readonly string[];
  line(at: number, noise: number): string;
  goodbye(exitCode: number, reason: string): readonly string[];
}

type Style = Omit<Voice, 'seed'>;

export function voiceOf(sim: Sim, pod: Pod, container: string): Voice {
  const spec =
    pod.spec.containers.find(({ name }) => name === container) ??
    pod.spec.initContainers?.find(({ name }) => name === container);
  const image = spec?.image ?? '';
  const seed = `${pod.metadata.uid}${container}`;
  const isOurs = /^(shop|platform)\//.test(image);
  if (spec && isOurs && pod.metadata.ownerReferences?.[0]?.kind === 'Job') return { seed, ...job(container) };
  if (spec && isOurs) {
    const { values } = environmentOf(sim, pod.metadata.namespace ?? '', spec);
    const peers = Object.keys(values)
      .filter((key) => key.endsWith('_HOST'))
      .map((key) => values[key] ?? '');
    return { seed, ...service(container, image, peers, behaviourOf(sim, pod, spec).unready) };
  }
  const style = Object.entries(STYLES).find(([word]) => image.includes(word))?.[1] ?? plain(container);
  return { seed, ...style };
}

const json = (level: string, at: number, msg: string, more: object = {}): string =>
  JSON.stringify({ time: new Date(at).toISOString(), level, msg, ...more });

function service(name: string, image: string, peers: readonly string[], unready: string | undefined): Style {
  const version = image.slice(image.lastIndexOf(':') + 1);
  const peer = (noise: number): string => peers[noise % Math.max(1, peers.length)] ?? 'cache';
  return {
    everyMs: unready === undefined ? 1_500 : 900,
    hello: [
      `{"level":"info","msg":"${name} ${version} starting","pid":1}`,
      `{"level":"info","msg":"settings read","peers":${JSON.stringify(peers)}}`,
      '{"level":"info","msg":"listening on :8080"}',
    ],
    line(at, noise) {
      const id = (noise >>> 4) % 100_000;
      const ms = 3 + ((noise >>> 9) % 90);
      if (unready !== undefined) return troubled(name, at, noise, unready, id);
      if (noise % 97 === 0) return json('warn', at, `slow answer from ${peer(noise)}`, { ms: ms * 11, request: id });
      if (noise % 241 === 0) return json('error', at, `${peer(noise)} answered 503, tried again`, { request: id });
      return json('info', at, `${['GET', 'POST', 'GET', 'PUT'][noise % 4]} /${name}/${id}`, {
        status: noise % 31 === 0 ? 404 : 200,
        ms,
      });
    },
    goodbye: (exitCode, reason) => lastWords(name, exitCode, reason),
  };
}

function troubled(name: string, at: number, noise: number, because: string, id: number): string {
  if (noise % 5 === 0) return json('warn', at, `health check failed: dependency ${because}`);
  if (noise % 5 === 1) return json('info', at, 'readiness probe: not ready');
  if (noise % 5 === 2) return json('info', at, `POST /${name}`, { status: 502, ms: 31, request: id });
  return json('error', at, because, { request: id, attempt: 1 + (noise % 3) });
}

function lastWords(name: string, exitCode: number, reason: string): readonly string[] {
  if (reason === 'OOMKilled') return [`{"level":"warn","msg":"heap is 97 % full, collecting"}`];
  if (exitCode === 0) return ['{"level":"info","msg":"SIGTERM received, draining"}', '{"level":"info","msg":"bye"}'];
  return [
    `{"level":"error","msg":"uncaught exception, exiting with ${exitCode}"}`,
    `TypeError: Cannot read properties of undefined (reading 'items')`,
    `    at price (/app/${name}/dist/pricing.js:118:31)`,
    `    at async handle (/app/${name}/dist/server.js:64:18)`,
    '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  ];
}

const job = (name: string): Style => ({
  everyMs: 1_000,
  hello: [`${name}: begins`],
  line: (_at, noise) => `${name}: ${(noise >>> 3) % 400} rows done, ${(noise >>> 7) % 9} left out`,
  goodbye: (exitCode) =>
    exitCode === 0 ? [`${name}: done`] : [`${name}: failed: connection reset by peer`, `exit status ${exitCode}`],
});

const plain = (name: string): Style => ({
  everyMs: 12_000,
  hello: [`I ${name} starting`],
  line: (at, noise) =>
    `I${new Date(at).toISOString().slice(5, 19)} ${name} synced ${(noise >>> 5) % 60} objects in ${(noise >>> 8) % 900} ms`,
  goodbye: (exitCode) => (exitCode === 0 ? ['I shutting down'] : [`F fatal: exit ${exitCode}`]),
});

const PATHS = ['/', '/product/42', '/cart', '/api/catalog?page=2', '/api/checkout', '/assets/app.js', '/healthz'];
const web: Style = {
  everyMs: 700,
  hello: ['/docker-entrypoint.sh: Configuration complete; ready for start up', '[notice] 1#1: start worker processes'],
  line: (at, noise) =>
    `10.244.${1 + (noise % 5)}.${3 + ((noise >>> 3) % 40)} - - [${new Date(at).toUTCString().slice(5, 25)} +0000] "GET ${PATHS[(noise >>> 6) % PATHS.length]} HTTP/1.1" ${noise % 53 === 0 ? 502 : noise % 29 === 0 ? 404 : 200} ${200 + ((noise >>> 5) % 9000)}`,
  goodbye: () => ['[notice] 1#1: signal 15 (SIGTERM) received, exiting'],
};
const postgres: Style = {
  everyMs: 15_000,
  hello: [
    'PostgreSQL Database directory appears to contain a database; Skipping initialization',
    'LOG:  starting PostgreSQL 17.4',
    'LOG:  database system is ready to accept connections',
  ],
  line: (at, noise) =>
    noise % 7 === 0
      ? `${new Date(at).toISOString().slice(0, 23).replace('T', ' ')} UTC [71] LOG:  duration: ${250 + (noise % 900)}.${noise % 1000} ms  statement: SELECT * FROM orders WHERE id = $1`
      : `${new Date(at).toISOString().slice(0, 23).replace('T', ' ')} UTC [63] LOG:  checkpoint complete: wrote ${noise % 90} buffers (0.${noise % 10}%)`,
  goodbye: () => ['LOG:  received fast shutdown request', 'LOG:  database system is shut down'],
};
const redis: Style = {
  everyMs: 30_000,
  hello: ['1:C * oO0OoO0OoO0Oo Redis is starting', '1:M * Ready to accept connections tcp'],
  line: (at, noise) =>
    `1:M ${new Date(at).toUTCString().slice(5, 25)} * ${noise % 100} changes in 300 seconds. Saving...`,
  goodbye: () => ['1:M # Redis is now ready to exit, bye bye...'],
};
const kafka: Style = {
  everyMs: 5_000,
  hello: ['[KafkaRaftServer nodeId=0] Kafka Server started'],
  line: (at, noise) =>
    `[${new Date(at).toISOString().slice(0, 23).replace('T', ' ')}] INFO [GroupCoordinator id=${noise % 3}] Stabilized group ${['ledger', 'orders', 'mailer'][noise % 3]} generation ${noise % 40}`,
  goodbye: () => ['[KafkaRaftServer nodeId=0] Completed shutdown'],
};
const rabbit: Style = {
  everyMs: 9_000,
  hello: ['Starting RabbitMQ 4.1', 'Server startup complete; 4 plugins started.'],
  line: (at, noise) =>
    `${new Date(at).toISOString().slice(0, 23).replace('T', ' ')} [info] <0.${hash32(String(noise)) % 900}.0> accepting AMQP connection`,
  goodbye: () => ['[info] Stopping RabbitMQ'],
};

const STYLES: Readonly<Record<string, Style>> = { nginx: web, postgres, redis, kafka, rabbitmq: rabbit };
