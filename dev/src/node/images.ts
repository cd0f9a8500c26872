// Images made here, without a registry: one static binary each, FROM scratch, as an OCI layout in a tar (OCI image spec 1.0).

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheFolder, devFile } from '../cache.ts';
import { run, which } from '../install.ts';
import { withLock } from '../lock.ts';

/** The programs of `dev/images`. */
export const WORKLOADS = ['pause', 'server', 'client', 'crash'] as const;
export type Workload = (typeof WORKLOADS)[number];

export const imageOf = (name: string): string => `mosaic.dev/${name}:1`;
export const binaryOf = (workload: Workload): string => join(cacheFolder(), 'node-images', workload);

/** Builds the programs of `dev/images`: a second, and nothing when Go finds them up to date. */
export async function buildWorkloads(): Promise<void> {
  const go = which('go');
  if (go === undefined) throw new Error("go is missing; install Go 1.24 or newer to build the node's images");
  const bin = join(cacheFolder(), 'node-images');
  await withLock(`${bin}.lock`, async () => {
    mkdirSync(bin, { recursive: true });
    const args = ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', `${bin}/`, './...'];
    await run(go, args, { cwd: devFile('images'), env: { CGO_ENABLED: '0' } });
  });
}

/** Writes to `path` the tar of an image `reference` that holds the static binary and starts it. */
export async function writeImage(reference: string, binary: string, path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-image-'));
  try {
    await layOut(reference, binary, folder);
    await run('tar', ['-cf', path, '-C', join(folder, 'layout'), '.']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function layOut(reference: string, binary: string, folder: string): Promise<void> {
  const layout = join(folder, 'layout');
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
  const keep = (type: string, bytes: Uint8Array) => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(layout, 'blobs', 'sha256', digest), bytes);
    return { mediaType: `application/vnd.oci.image.${type}`, digest: `sha256:${digest}`, size: bytes.length };
  };
  const keepJson = (type: string, value: unknown) => keep(type, Buffer.from(JSON.stringify(value)));

  const layer = keep('layer.v1.tar', await layerOf(binary, folder));
  const config = keepJson('config.v1+json', {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: [`/${basename(binary)}`] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = keepJson('manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config,
    layers: [layer],
  });
  const named = { ...manifest, annotations: { 'io.containerd.image.name': reference } };
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

/** The same bytes for the same binary: no times and no names of ours. */
async function layerOf(binary: string, folder: string): Promise<Uint8Array> {
  const path = join(folder, 'layer.tar');
  const nobodys = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=0755'];
  await run('tar', [...nobodys, '-cf', path, '-C', dirname(binary), basename(binary)]);
  return readFileSync(path);
}
