// Our image, as the Dockerfile ends: from nothing, small, as nobody, on a root it may not write; and what `docker run` of it shows.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Docker, startDocker } from '@mosaic/dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiAt, eventually } from '../journey/http.ts';
import { buildImage } from './image.ts';
import { freePort } from './processes.ts';

const IMAGE = 'mosaic:test';
const LIMIT_MB = 250;
let folder = '';
let engine: Docker | undefined;
const docker = (...args: readonly string[]): Promise<string> => {
  if (engine === undefined) throw new Error('no engine');
  return engine.docker(...args);
};
/** As docker-compose.yaml and the manifests run it. */
const CONFINED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-docker-'));
  engine = await startDocker(folder);
  await buildImage(engine, IMAGE, join(folder, 'image'));
});
afterAll(async () => {
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the image is small, runs as nobody, and says what it is made of', async () => {
  const [{ Size, Config }] = JSON.parse(await docker('inspect', IMAGE)) as [{ Size: number; Config: { User: string } }]; // as docker prints it
  console.log(`image: ${Math.round(Size / 1e6)} MB`);
  expect(Size / 1e6).toBeLessThan(LIMIT_MB);
  expect(Config.User).toBe('10001:10001');
  const read = "console.log(require('node:fs').readFileSync('/mosaic/sbom.json', 'utf8'))";
  const bill = JSON.parse(await docker('run', '--rm', '--network', 'none', ...CONFINED, IMAGE, '-e', read)) as {
    readonly components: readonly { readonly name: string; readonly version: string }[];
  }; // CycloneDX
  expect(bill.components.find(({ name }) => name === 'kafkajs')?.version).toMatch(/^\d+\.\d+\.\d+$/);
});

test.each(['receiver', 'deriver', 'api', 'agent-cluster', 'agent-node', 'mosaic'])(
  '%s starts in it',
  async (bundle) => {
    const said = await docker('run', '--rm', '--network', 'none', ...CONFINED, IMAGE, `dist/${bundle}.mjs`, '--help');
    expect(said).toMatch(/mosaic/);
  },
);

test('one container is the whole product, on the playground', async () => {
  const port = await freePort();
  const env = { PORT: String(port), MOSAIC_CLUSTERS: 'playground', PLAYGROUND_HISTORY_H: '1' };
  const set = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const named = ['-d', '--name', 'mosaic', '--network', 'host'];
  await docker('run', ...named, ...CONFINED, ...set, IMAGE, 'dist/mosaic.mjs', 'start');
  const url = `http://127.0.0.1:${port}`;
  await eventually('ready', async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), 120_000);
  const { items } = await apiAt(url).get<{ readonly items: readonly { readonly name: string }[] }>('/api/v1/clusters');
  expect(items.map(({ name }) => name)).toContain('eu-1');
  expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
  await docker('rm', '-f', 'mosaic');
});
