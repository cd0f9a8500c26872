// A real Kafka: one KRaft node on loopback, data in a folder of its own.

import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { devFile } from './cache.ts';
import { keptPort, runFolder } from './folders.ts';
import { cached, java, mavenJars, QUICK, run, silently, type Told } from './install.ts';
import { sweep } from './pid-files.ts';
import { answers, freePorts, LOOPBACK } from './ports.ts';
import { type Program, startProgram } from './program.ts';

const READY_WITHIN_MS = 120_000;

export interface KafkaOptions {
  /** Free ones by default. */
  readonly port?: number;
  readonly controllerPort?: number;
  /** Kept after `stop` when given; temporary otherwise. */
  readonly folder?: string;
  readonly heapMb?: number;
  /** A second listener, with TLS and SASL: its port, and settings of `listener.name.secure.`. */
  readonly secureListener?: { readonly port: number } & Readonly<Record<string, string | number>>;
  /** Nothing in plain text: these settings (`ssl.…`, `authorizer.…`) hold for every listener. */
  readonly tls?: Readonly<Record<string, string>>;
  /** It lives for minutes: it starts sooner and works slower. */
  readonly brief?: boolean;
  /** Start one even when KAFKA_BROKERS names others. */
  readonly own?: boolean;
  readonly told?: Told;
}

export interface Kafka {
  /** `host:port`, as KAFKA_BROKERS has it. */
  readonly brokers: string;
  readonly port: number;
  readonly logPath: string;
  /** Stops as an operator would, starts again on the same data and port, and resolves when it is ready. */
  restart(): Promise<void>;
  /** As a power cut would; `restart` brings it back. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export const installKafka = (told: Told = silently): Promise<string> =>
  cached('kafka-4.1.0', devFile('kafka', 'pom.xml'), (to) => mavenJars(devFile('kafka', 'pom.xml'), to, told), told);

export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const given = process.env.KAFKA_BROKERS;
  if (given && options.own !== true) return givenKafka(given);
  const { told = silently, heapMb = 512 } = options;
  sweep();
  const [classpath, jvm, [freePort = 0, freeController = 0]] = await Promise.all([
    installKafka(told).then((folder) => join(folder, 'lib', '*')),
    java(told),
    freePorts(2),
  ]);
  const port = options.port ?? freePort;
  const folder = runFolder('kafka', options.folder);
  const config = writeConfig(
    folder.path,
    port,
    options.controllerPort ?? keptPort(folder.path, 'controller', freeController),
    options,
  );
  const logging = `-Dlog4j2.configurationFile=${join(folder.path, 'log4j2.properties')}`;
  const base = [`-Xmx${heapMb}m`, '-XX:+UseSerialGC', ...(options.brief ? QUICK : []), logging, '-cp', classpath];
  const logPath = join(folder.path, 'kafka.log');
  const launch = async (): Promise<Program> => {
    const program = startProgram({
      name: 'kafka',
      command: jvm,
      args: [...base, 'kafka.Kafka', config],
      logPath,
      temporaryFolder: folder.temporary,
    });
    const isReady = async () => program.output().includes('Kafka Server started') && (await answers(port));
    await program.readyWhen(isReady, READY_WITHIN_MS);
    return program;
  };
  try {
    if (!existsSync(join(folder.path, 'data', 'meta.properties'))) await format(jvm, base, config);
    let program = await launch();
    return {
      brokers: `${LOOPBACK}:${port}`,
      port,
      logPath,
      kill: () => program.kill(),
      async restart() {
        await program.stop();
        program = await launch();
      },
      async stop() {
        await program.stop();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

async function format(jvm: string, base: readonly string[], config: string): Promise<void> {
  await run(jvm, [...base, 'kafka.tools.StorageTool', 'format', '--standalone', '-t', clusterId(), '-c', config]);
}

/** A KRaft cluster id: a base64url UUID. One in 64 would begin with a dash, which the tool takes for an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

function writeConfig(
  folder: string,
  port: number,
  controllerPort: number,
  { secureListener: secure, tls }: KafkaOptions,
): string {
  const listeners = [`CLIENTS://${LOOPBACK}:${port}`, `CONTROLLER://${LOOPBACK}:${controllerPort}`];
  if (secure) listeners.push(`SECURE://${LOOPBACK}:${secure.port}`);
  const protocol = tls ? 'SSL' : 'PLAINTEXT';
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `${LOOPBACK}:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: listeners.join(','),
    'advertised.listeners': listeners.join(','),
    'listener.security.protocol.map': `CLIENTS:${protocol},CONTROLLER:${protocol},SECURE:SASL_SSL`,
    'inter.broker.listener.name': 'CLIENTS',
    'log.dirs': join(folder, 'data'),
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    'message.max.bytes': '3407872', // a chunk of up to 3 MiB and its envelope
    'log.retention.hours': '26', // topics keep at least a day
    ...secureSettings(secure),
    ...tls,
  };
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
  const path = join(folder, 'server.properties');
  writeFileSync(path, `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'log4j2.properties'), LOGGING);
  return path;
}

function secureSettings(secure: KafkaOptions['secureListener']): Record<string, string> {
  const { port: _, ...settings } = secure ?? { port: 0 };
  const named = Object.entries(settings).map(([key, value]) => [`listener.name.secure.${key}`, String(value)]);
  return Object.fromEntries(named);
}

const LOGGING = `status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
`;

function givenKafka(brokers: string): Kafka {
  const refuse = () =>
    Promise.reject(new Error(`the broker at ${brokers} was given by KAFKA_BROKERS; it is not ours to stop`));
  const port = Number(/:(\d+)(,|$)/.exec(brokers)?.[1] ?? 9092);
  return { brokers, port, logPath: '', restart: refuse, kill: refuse, stop: async () => {} };
}
