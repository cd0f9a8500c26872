// The product's image without a registry or a Docker Engine: the root that scripts/image.mjs lays out, as an OCI layout that containerd takes.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '@mosaic/dev';
import { CONTAINERD_SOCKET } from '../../../../dev/src/node/places.ts';

const run = promisify(execFile);
const OCI = 'application/vnd.oci.image.';

/** Builds it and gives it to the node's containerd. Some seconds. */
export async function loadProduct(reference: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-product-'));
  try {
    const root = join(folder, 'root');
    await run(process.execPath, [join(repositoryRoot(), 'scripts/image.mjs'), root]);
    const layout = await layOut(reference, root, folder);
    const tar = join(folder, 'image.tar');
    await run('tar', ['-cf', tar, '-C', layout, '.']);
    const containerd = ['--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'];
    await run('ctr', [...containerd, 'images', 'import', '--snapshotter', 'native', tar]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function layOut(reference: string, root: string, folder: string): Promise<string> {
  const layout = join(folder, 'layout');
  const blobs = join(layout, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const layer = join(folder, 'layer.tar');
  await run('tar', ['--owner=0', '--group=0', '--numeric-owner', '-cf', layer, '-C', root, '.']);
  const digest = await digestOf(layer);
  const size = statSync(layer).size;
  renameSync(layer, join(blobs, digest));
  const kept = (type: string, value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType: `${OCI}${type}`, digest: `sha256:${hex}`, size: bytes.length };
  };
  const config = kept('config.v1+json', {
    ...{ architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    // As the Dockerfile ends.
    config: {
      Entrypoint: ['node', '--disable-warning=ExperimentalWarning'],
      Env: ['NODE_ENV=production', 'MOSAIC_DATA=/var/lib/mosaic', 'PATH=/usr/local/bin'],
      ...{ User: '10001:10001', WorkingDir: '/mosaic' },
    },
  });
  const manifest = kept('manifest.v1+json', {
    ...{ schemaVersion: 2, mediaType: `${OCI}manifest.v1+json`, config },
    layers: [{ mediaType: `${OCI}layer.v1.tar`, digest: `sha256:${digest}`, size }],
  });
  const named = { ...manifest, annotations: { 'io.containerd.image.name': reference } };
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  return layout;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer); // no encoding is set
  return hash.digest('hex');
}
