// Lays out the root of our image: every process but those for development, the packages they import and nothing else of node_modules, the page,
// the manifests, what it is made of (sbom.json, CycloneDX), and Node with the system libraries it needs. So the image starts from nothing.
//
//   node scripts/image.mjs FOLDER         after a build

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PROCESSES = [
  'mosaic',
  'agent-cluster',
  'agent-node',
  'receiver',
  'deriver',
  'api',
  'all-in-one',
  'playground',
  'backup',
].map((name) => `${name}.mjs`);
/** Asked for by name while running, so that no import tells of them. */
const ASKED_FOR = { '@nestjs/core': ['@nestjs/platform-express'] };
/** What a process never reads: types, maps and prose. */
const LEFT_OUT = /\.(d\.[cm]?ts|map|tsbuildinfo|md|flow)$/;

/** Authorities that systems trust: a proxy or a registry may be signed by one. */
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

const [, , image] = process.argv;
if (image === undefined || image.startsWith('-') || !existsSync(join(root, 'dist', 'files.json')))
  throw new Error('node scripts/image.mjs FOLDER, after node scripts/build.mjs');
const folder = join(image, 'mosaic');
// What stands there is removed: only what was laid out before, or nothing.
if (existsSync(image) && readdirSync(image).length > 0 && !existsSync(folder))
  throw new Error(`${image} holds something else; name an empty folder, or one that is not there yet`);
rmSync(image, { recursive: true, force: true });
mkdirSync(join(folder, 'dist'), { recursive: true });

const { files, packages } = importedBy(PROCESSES);
for (const file of files) cpSync(join(root, 'dist', file), join(folder, 'dist', file));
for (const path of ['dist/schema', 'dist/manifests', 'ui/dist', 'LICENSE', 'package.json'])
  cpSync(join(root, path), join(folder, path), { recursive: true });
for (const path of closureOf(packages)) copyPackage(path);
writeFileSync(join(folder, 'sbom.json'), billOfMaterials());
system();

/** Node, its libraries, a user without a name elsewhere, and the folders it may write. */
function system() {
  const libraries = [...execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)];
  const copy = (from, to = from) => cpSync(realpathSync(from), join(image, to), { recursive: true, dereference: true });
  for (const [, path] of libraries) copy(path);
  copy(process.execPath, '/usr/local/bin/node');
  if (existsSync(AUTHORITIES)) copy(AUTHORITIES);
  mkdirSync(join(image, 'etc'), { recursive: true });
  writeFileSync(join(image, 'etc/passwd'), 'mosaic:x:10001:10001::/var/lib/mosaic:/none\n');
  writeFileSync(join(image, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  for (const path of ['tmp', 'var/lib/mosaic']) {
    mkdirSync(join(image, path), { recursive: true });
    chmodSync(join(image, path), 0o1777); // the user is whom the container names
  }
}

/** Files of ours, and packages, that these import in the end. */
function importedBy(entries) {
  const imports = JSON.parse(readFileSync(join(root, 'dist', 'files.json'), 'utf8'));
  const workers = Object.keys(imports).filter((name) => name.endsWith('.worker.js'));
  const seen = new Set();
  const packages = new Set();
  const look = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const path of imports[file] ?? [])
      if (path.startsWith('./')) look(path.slice(2));
      else if (!path.startsWith('node:')) packages.add(packageOf(path));
    const text = readFileSync(join(root, 'dist', file), 'utf8');
    for (const worker of workers) if (text.includes(worker)) look(worker); // a worker is started by its name
  };
  for (const file of entries) look(file);
  return { files: seen, packages };
}

function packageOf(path) {
  const [first, second] = path.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Folders of packages and all that they depend on, each found as Node would find it. */
function closureOf(names) {
  const found = new Set();
  const look = (name, from) => {
    const path = whereIs(name, from);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(path, 'package.json'), 'utf8'),
    );
    const peers = Object.keys(peerDependencies ?? {}).filter((peer) => peerDependenciesMeta?.[peer]?.optional !== true);
    for (const one of Object.keys({ ...dependencies, ...optionalDependencies })) look(one, path);
    for (const one of [...peers, ...(ASKED_FOR[name] ?? [])]) look(one, path);
  };
  for (const name of names) look(name, root);
  return found;
}

function whereIs(name, from) {
  for (const place of createRequire(join(from, 'x.js')).resolve.paths(name) ?? [])
    if (existsSync(join(place, name, 'package.json'))) return join(place, name);
  return undefined;
}

function copyPackage(path) {
  const nested = (file) => relative(path, file).split(sep).includes('node_modules');
  cpSync(path, join(folder, relative(root, path)), {
    recursive: true,
    filter: (file) => !nested(file) && !LEFT_OUT.test(file),
  });
}

function billOfMaterials() {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only', '--loglevel', 'error'];
  return execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
}
