// Bundles every process with esbuild (our sources in, npm packages left outside) and the page with Vite. A few seconds; `npm start` runs the result.

import { spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const processes = {
  mosaic: 'cli/src/main.ts',
  'all-in-one': 'servers/all-in-one/src/main.ts',
  'agent-cluster': 'agents/cluster/src/main.ts',
  'agent-node': 'agents/node/src/main.ts',
  receiver: 'servers/receiver/src/main.ts',
  deriver: 'servers/deriver/src/main.ts',
  api: 'servers/api/src/main.ts',
  playground: 'playground/src/main.ts',
  dev: 'dev/src/main.ts',
  bench: 'bench/src/main.ts',
  backup: 'servers/store/src/backup/entry.ts',
};

const outdir = join(root, 'dist');
rmSync(outdir, { recursive: true, force: true });
const page = buildPage();
const entries = Object.entries(processes).filter(([, path]) => existsSync(join(root, path)));
const workers = globSync('{packages,agents,servers,playground,bench}/*/src/**/*.worker.ts', { cwd: root }).concat(
  globSync('{playground,bench}/src/**/*.worker.ts', { cwd: root }),
);

const bundled = await Promise.all([
  bundle(Object.fromEntries(entries.map(([name, path]) => [name, join(root, path)])), '.mjs'),
  bundle(Object.fromEntries(workers.map((path) => [basename(path, '.ts'), join(root, path)])), '.js'),
]);
writeFileSync(
  join(outdir, 'files.json'),
  JSON.stringify(filesOf(bundled.flatMap((one) => (one ? [one.metafile] : [])))),
);
cpSync(join(root, 'servers/store/schema'), join(outdir, 'schema'), { recursive: true });
for (const tree of ['servers', 'agents'])
  cpSync(join(root, 'manifests', tree), join(outdir, 'manifests', tree), { recursive: true });
await page;

function bundle(entryPoints, extension) {
  if (Object.keys(entryPoints).length === 0) return undefined;
  return build({
    entryPoints,
    outdir,
    outExtension: { '.js': extension },
    bundle: true,
    splitting: extension === '.mjs',
    chunkNames: 'part-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['@mosaic/source'],
    sourcemap: 'linked',
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: root,
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [kubeConfig(), ours()],
  });
}

/**
 * Of Kubernetes' client library we use its reading of kubeconfigs, and where a command is run in a pod that; the models of every kind that come
 * with it cost each process 45 MB. So that one file goes in, and of what it imports from its own package only what it uses.
 */
function kubeConfig() {
  const library = '@kubernetes/client-node';
  const folder = join(root, 'node_modules', library, 'dist');
  return {
    name: 'kubeconfig',
    setup({ onResolve }) {
      onResolve({ filter: /^@kubernetes\/client-node$/ }, ({ importer }) => ({
        path: join(folder, basename(importer) === 'exec.ts' ? 'exec.js' : 'config.js'),
        sideEffects: false,
      }));
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
        resolveDir.startsWith(folder) ? { path: join(resolveDir, path), sideEffects: false } : undefined,
      );
    },
  };
}

/** Ours goes in; what npm installed stays where it is. */
function ours() {
  return {
    name: 'ours',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' || path.startsWith('@mosaic/') ? undefined : { path, external: true },
      );
    },
  };
}

/** File → what it imports: files of ours beside it, and packages. So an image takes what its processes need. */
function filesOf(metafiles) {
  const outputs = metafiles.flatMap(({ outputs }) => Object.entries(outputs));
  return Object.fromEntries(
    outputs
      .filter(([path]) => !path.endsWith('.map'))
      .map(([path, { imports }]) => [
        basename(path),
        imports.map(({ path, external }) => (external ? path : `./${basename(path)}`)),
      ]),
  );
}

function buildPage() {
  if (!existsSync(join(root, 'ui', 'index.html'))) return undefined;
  return new Promise((resolve, reject) => {
    const vite = spawn(join(root, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], {
      cwd: join(root, 'ui'),
      stdio: ['ignore', 2, 2],
    });
    vite.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`vite build ended with ${code}`))));
  });
}
