// A real Cassandra: one node on loopback, data in a folder of its own.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { devFile } from './cache.ts';
import { keptPort, runFolder } from './folders.ts';
import { cached, java, mavenJars, QUICK, silently, type Told } from './install.ts';
import { sweep } from './pid-files.ts';
import { answers, freePorts, LOOPBACK } from './ports.ts';
import { type Program, startProgram } from './program.ts';

const READY_WITHIN_MS = 240_000;
/** What is in memory is written when it stops. */
const STOPS_WITHIN_MS = 60_000;
/** A second node waits this long for the first to tell it of the ring. */
const JOIN_WITHIN_MS = 5_000;

export interface CassandraOptions {
  /** Free ones by default. */
  readonly port?: number;
  readonly storagePort?: number;
  /** Kept after `stop` when given; temporary otherwise. */
  readonly folder?: string;
  readonly heapMb?: number;
  /** Of this node, another than the first one's in a ring of several; and `host:port` of a node that is there already. */
  readonly address?: string;
  readonly seed?: string;
  /** `client_encryption_options` and `server_encryption_options`, as cassandra.yaml has them. */
  readonly encryption?: string;
  /** It lives for minutes: it starts sooner and works slower, and a changed schema reaches the disk when it stops: `kill` loses it. */
  readonly brief?: boolean;
  /** Start one even when CASSANDRA_HOSTS names others. */
  readonly own?: boolean;
  readonly told?: Told;
}

export interface Cassandra {
  /** `host:port`, as CASSANDRA_HOSTS has it. */
  readonly hosts: string;
  readonly port: number;
  readonly datacenter: string;
  readonly logPath: string;
  /** Accepts connections and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** As a power cut would; `restart` brings it back. */
  kill(): Promise<void>;
  /** Starts again on the same data and port; resolves when it is ready. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const pom = () => devFile('cassandra', 'pom.xml');
export const installCassandra = (told: Told = silently): Promise<string> =>
  cached('cassandra-5.0.6', pom(), (to) => mavenJars(pom(), to, told), told);

export async function startCassandra(options: CassandraOptions = {}): Promise<Cassandra> {
  const given = process.env.CASSANDRA_HOSTS;
  if (given && options.own !== true) return givenCassandra(given);
  const { told = silently, address = LOOPBACK } = options;
  sweep();
  const [lib, jvm, [freePort = 0, freeStorage = 0]] = await Promise.all([
    installCassandra(told).then((folder) => join(folder, 'lib')),
    java(told),
    freePorts(2),
  ]);
  const port = options.port ?? freePort;
  const folder = runFolder('cassandra', options.folder);
  const storagePort = options.storagePort ?? keptPort(folder.path, 'storage', freeStorage);
  writeConfig(folder.path, { port, storagePort, address, seed: `${address}:${storagePort}`, ...options });
  const logPath = join(folder.path, 'cassandra.log');
  const launch = async (): Promise<Program> => {
    const args = jvmArguments(lib, folder.path, options);
    const program = startProgram({
      name: 'cassandra',
      command: jvm,
      args,
      logPath,
      cwd: folder.path,
      temporaryFolder: folder.temporary,
      patienceMs: STOPS_WITHIN_MS,
    });
    await program.readyWhen(() => answers(port, address), READY_WITHIN_MS); // the port for CQL is opened last
    return program;
  };
  try {
    let program = await launch();
    return {
      hosts: `${address}:${port}`,
      port,
      datacenter: 'datacenter1', // what SimpleSnitch calls it
      logPath,
      pause: () => program.pause(),
      resume: () => program.resume(),
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

function jvmArguments(lib: string, folder: string, { heapMb = 1024, seed, brief = false }: CassandraOptions): string[] {
  const jamm = readdirSync(lib).find((name) => name.startsWith('jamm-'));
  if (jamm === undefined) throw new Error(`${lib} has no jamm jar; remove its folder and install again`);
  const properties = {
    'cassandra.config': String(pathToFileURL(join(folder, 'cassandra.yaml'))),
    'logback.configurationFile': String(pathToFileURL(join(folder, 'logback.xml'))),
    'cassandra.storagedir': join(folder, 'data'),
    'cassandra-foreground': 'yes',
    'cassandra.skip_wait_for_gossip_to_settle': '0', // one node has nobody to wait for
    'cassandra.ring_delay_ms': String(seed === undefined ? 0 : JOIN_WITHIN_MS),
    'cassandra.superuser_setup_delay_ms': '0',
    // Each table made is ten files on the disk otherwise, and a schema of ours thirty tables.
    'cassandra.test.flush_local_schema_changes': String(!brief),
    'jdk.attach.allowAttachSelf': 'true',
    'java.io.tmpdir': folder,
  };
  return [
    `-javaagent:${join(lib, jamm)}`,
    `-Xms${heapMb}m`,
    `-Xmx${heapMb}m`,
    '-XX:+UseG1GC',
    ...(brief ? QUICK : ['-XX:+AlwaysPreTouch']),
    ...jdkOptions(),
    ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
    '-cp',
    join(lib, '*'),
    'org.apache.cassandra.service.CassandraDaemon',
  ];
}

/** Of the JVM, so that Cassandra may do what it does. */
export const jdkOptions = (): readonly string[] => [
  ...EXPORTS.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...OPENS.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
];

/** What Cassandra reaches for inside the JDK, on 17. */
const EXPORTS = [
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.ref',
  'java.base/sun.nio.ch',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.rmi/sun.rmi.transport.tcp',
  'java.sql/java.sql',
  'jdk.attach/sun.tools.attach',
  'jdk.compiler/com.sun.tools.javac.file',
  'jdk.unsupported/sun.misc',
];
const OPENS = [
  'java.base/java.io',
  'java.base/java.lang',
  'java.base/java.lang.module',
  'java.base/java.lang.reflect',
  'java.base/java.math',
  'java.base/java.net',
  'java.base/java.nio',
  'java.base/java.nio.charset',
  'java.base/java.nio.file.spi',
  'java.base/java.time',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/java.util.concurrent.locks',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.util',
  'java.base/jdk.internal.util.jar',
  'java.base/sun.nio.ch',
  'java.rmi/sun.rmi.transport.tcp',
  'jdk.compiler/com.sun.tools.javac',
  'jdk.management/com.sun.management.internal',
];

interface Config {
  readonly port: number;
  readonly storagePort: number;
  readonly address: string;
  readonly seed: string;
  readonly encryption?: string;
}

function writeConfig(folder: string, { port, storagePort, address, seed, encryption = '' }: Config): void {
  const data = join(folder, 'data');
  const yaml = `cluster_name: mosaic-dev
num_tokens: 4
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: SimpleSnitch
listen_address: ${address}
rpc_address: ${address}
native_transport_port: ${port}
storage_port: ${storagePort}
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${seed}"
data_file_directories: ["${data}/data"]
commitlog_directory: ${data}/commitlog
saved_caches_directory: ${data}/saved_caches
hints_directory: ${data}/hints
cdc_raw_directory: ${data}/cdc_raw
commitlog_sync: periodic
commitlog_sync_period: 1000ms
storage_compatibility_mode: NONE
memtable:
  configurations:
    trie:
      class_name: TrieMemtable
    default:
      inherits: trie
sstable:
  selected_format: bti
auto_snapshot: false
authenticator: AllowAllAuthenticator
authorizer: AllowAllAuthorizer
write_request_timeout: 10s
read_request_timeout: 10s
${encryption}`;
  const logback = `<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{0} %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="out"/></root>
</configuration>
`;
  writeFileSync(join(folder, 'cassandra.yaml'), yaml);
  writeFileSync(join(folder, 'logback.xml'), logback);
}

function givenCassandra(hosts: string): Cassandra {
  const why = `the nodes at ${hosts} were given by CASSANDRA_HOSTS; they are not ours to stop`;
  const refuse = () => Promise.reject(new Error(why));
  const cannot = () => {
    throw new Error(why);
  };
  return {
    hosts,
    port: Number(process.env.CASSANDRA_PORT ?? 9042),
    datacenter: process.env.CASSANDRA_DATACENTER ?? 'datacenter1',
    logPath: '',
    pause: cannot,
    resume: cannot,
    kill: refuse,
    restart: refuse,
    stop: async () => {},
  };
}
