// An image of a whole root file system, without a registry or an engine: folders as its layers, in an OCI layout (OCI image spec 1.0) that containerd takes.

import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../install.ts';
import { importImage } from './containerd.ts';

/** Of the OCI image's configuration, what a container of it starts with. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
}

interface Blob {
  readonly digest: string;
  readonly size: number;
}

/** Gives the node's containerd an image whose root is these folders, one above the other. Some seconds for some hundred megabytes. */
export async function loadRoot(reference: string, roots: readonly string[], config: ImageConfig): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-root-'));
  try {
    const layout = join(folder, 'layout');
    const blobs = join(layout, 'blobs', 'sha256');
    mkdirSync(blobs, { recursive: true });
    const layers: Blob[] = [];
    for (const root of roots) layers.push(await layerOf(root, blobs));
    writeLayout({ layout, blobs, reference, layers, config });
    const tar = join(folder, 'image.tar');
    await run('tar', ['-cf', tar, '-C', layout, '.']);
    await importImage(tar);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function layerOf(root: string, blobs: string): Promise<Blob> {
  const path = join(blobs, 'layer.tar');
  // The same bytes for the same files, so that images share the layers they have in common.
  await run('tar', [
    '--sort=name',
    '--mtime=@0',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '-cf',
    path,
    '-C',
    root,
    '.',
  ]);
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer); // no encoding is set
  const digest = hash.digest('hex');
  const { size } = statSync(path);
  renameSync(path, join(blobs, digest));
  return { digest: `sha256:${digest}`, size };
}

interface Layout {
  readonly layout: string;
  readonly blobs: string;
  readonly reference: string;
  readonly layers: readonly Blob[];
  readonly config: ImageConfig;
}

function writeLayout({ layout, blobs, reference, layers, config }: Layout): void {
  const type = (name: string): string => `application/vnd.oci.image.${name}`;
  const kept = (name: string, value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType: type(name), digest: `sha256:${hex}`, size: bytes.length };
  };
  const configured = kept('config.v1+json', {
    ...{ architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', config },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  });
  const manifest = kept('manifest.v1+json', {
    ...{ schemaVersion: 2, mediaType: type('manifest.v1+json'), config: configured },
    layers: layers.map((layer) => ({ mediaType: type('layer.v1.tar'), ...layer })),
  });
  const named = { ...manifest, annotations: { 'io.containerd.image.name': reference } };
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }));
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}
