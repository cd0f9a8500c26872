// Images of Kafka and Cassandra for a node that has no registry: this machine's shell and Java, the jars of Maven, and scripts of ours laid out as
// their releases lay theirs out. So the manifests' commands, mounts, probes and settings run as they are written.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { devFile } from '../cache.ts';
import { installCassandra, jdkOptions } from '../cassandra.ts';
import { java, type Told, which } from '../install.ts';
import { installKafka } from '../kafka.ts';
import { loadRoot } from './root-image.ts';

/** What scripts may call. */
const PROGRAMS = ['bash', 'cat', 'sed', 'mkdir', 'dirname', 'grep', 'ls'];
/** Of a Java without windows, sounds and development. */
const NOT_COPIED =
  /\/(jmods|man|legal|include|docs|src\.zip|ct\.sym|lib(awt|jawt|splashscreen|fontmanager|jsound|freetype|lcms|j2pcsc|mlib|javajpeg|atk)[^/]*)$/;

/** As `kafka.image` and `cassandra.image` of the values name them; half a minute. */
export const STORE_IMAGES = {
  kafka: { name: 'made.here/kafka', tag: '4.1.0' },
  cassandra: { name: 'made.here/cassandra', tag: '5.0.6' },
} as const;

/** Makes both and gives them to the node's containerd. */
export async function loadStores(told: Told): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-stores-'));
  try {
    const [jvm, kafka, cassandra] = await Promise.all([java(told), installKafka(told), installCassandra(told)]);
    const base = join(folder, 'base');
    layOutBase(base, realpathSync(jvm));
    for (const [store, jars] of [
      ['kafka', kafka],
      ['cassandra', cassandra],
    ] as const) {
      const root = join(folder, store);
      layOut[store](root, join(jars, 'lib'));
      const { name, tag } = STORE_IMAGES[store];
      const path = `/opt/${store}/bin:/usr/local/bin:/usr/bin`;
      await loadRoot(`${name}:${tag}`, [base, root], { Env: [`PATH=${path}`, 'LANG=C.UTF-8'], WorkingDir: '/' });
      told(`image ${name}:${tag}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Programs, Java, and the libraries of both. */
function layOutBase(root: string, jvm: string): void {
  const copy = (from: string, to = from): void => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to), {
      recursive: true,
      dereference: true,
      filter: (path) => !NOT_COPIED.test(path),
    });
  };
  const programs = PROGRAMS.map((name) => {
    const path = which(name);
    if (path === undefined) throw new Error(`${name} is missing`);
    copy(path, `/usr/bin/${name}`);
    return path;
  });
  symlinkSync('usr/bin', join(root, 'bin'));
  const home = dirname(dirname(jvm));
  copy(home, '/opt/java');
  symlinkSync('/opt/java/bin/java', join(root, 'usr/bin/java'));
  const libraries = readdirSync(join(home, 'lib'))
    .map((name) => join(home, 'lib', name))
    .filter((path) => path.endsWith('.so') && !NOT_COPIED.test(path));
  const needed = librariesOf([...programs, jvm, join(home, 'lib/server/libjvm.so'), ...libraries]);
  for (const library of needed) if (!library.startsWith(home)) copy(library);
  const libc = [...needed].find((path) => path.endsWith('/libc.so.6')) ?? '';
  // Empty since glibc 2.34, and still asked for by the libraries that jars bring with them.
  for (const name of ['libpthread.so.0', 'libdl.so.2', 'librt.so.1']) {
    const path = join(dirname(libc), name);
    if (existsSync(path)) copy(path);
  }
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  for (const path of ['tmp', 'run', 'proc', 'sys', 'dev']) mkdirSync(join(root, path));
}

/** Absolute paths, as ldd(1) finds them. */
function librariesOf(files: readonly string[]): ReadonlySet<string> {
  const said = execFileSync('ldd', [...files], { encoding: 'utf8' });
  return new Set([...said.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path));
}

const layOut = {
  kafka(root: string, jars: string): void {
    cpSync(jars, join(root, 'opt/kafka/libs'), { recursive: true });
    const ours = devFile('kafka', 'image');
    cpSync(ours, join(root, 'opt/kafka/bin'), { recursive: true, filter: (path) => !path.endsWith('.properties') });
    cpSync(join(ours, 'tools-log4j2.properties'), join(root, 'opt/kafka/config/tools-log4j2.properties'));
  },
  cassandra(root: string, jars: string): void {
    cpSync(jars, join(root, 'opt/cassandra/lib'), { recursive: true });
    const ours = devFile('cassandra', 'image');
    cpSync(ours, join(root, 'opt/cassandra/bin'), { recursive: true, filter: (path) => !path.endsWith('.xml') });
    for (const file of ['logback.xml', 'logback-tools.xml'])
      cpSync(join(ours, file), join(root, 'opt/cassandra/conf', file));
    const options = ['-XX:+UseG1GC', '-Djdk.attach.allowAttachSelf=true', ...jdkOptions()];
    writeFileSync(join(root, 'opt/cassandra/conf/jvm17.options'), `${options.join('\n')}\n`);
  },
};
