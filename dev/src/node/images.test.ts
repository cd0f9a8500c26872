import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeImage } from './images.ts';

const folder = mkdtempSync(join(tmpdir(), 'mosaic-images-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

test('an image holds one binary, starts it, and every blob is what its digest says', async () => {
  const image = await imageOf('cart', 'the bytes of a program');
  const index = image.json<{ manifests: [Descriptor & { annotations: Record<string, string> }] }>('index.json');
  const [named] = index.manifests;
  expect(named.annotations['io.containerd.image.name']).toBe('mosaic.dev/cart:1');
  const manifest = JSON.parse(image.blob(named)) as { config: Descriptor; layers: [Descriptor] };
  const config = JSON.parse(image.blob(manifest.config)) as { config: unknown; rootfs: { diff_ids: string[] } };
  const [layer] = manifest.layers;
  expect(config.config).toEqual({ Entrypoint: ['/cart'] });
  expect(config.rootfs.diff_ids).toEqual([layer.digest]);
  const listed = execFileSync('tar', ['-tvf', '-'], { input: image.blob(layer), encoding: 'utf8' });
  expect(listed.trim().split('\n')).toHaveLength(1);
  expect(listed).toMatch(/^-rwxr-xr-x 0\/0 .* cart$/m);
});

test('the same binary gives the same image, whenever it is made', async () => {
  const [once, again] = [await imageOf('one', 'same'), await imageOf('one', 'same')];
  expect(again.json('index.json')).toEqual(once.json('index.json'));
});

async function imageOf(name: string, bytes: string) {
  const binary = join(folder, name);
  const path = join(folder, `${name}.tar`);
  writeFileSync(binary, bytes);
  await writeImage(`mosaic.dev/${name}:1`, binary, path);
  const out = mkdtempSync(join(folder, 'out-'));
  execFileSync('tar', ['-xf', path, '-C', out]);
  return {
    json: <T>(file: string): T => JSON.parse(readFileSync(join(out, file), 'utf8')) as T,
    blob({ digest, size }: Descriptor): string {
      const blob = readFileSync(join(out, 'blobs', digest.replace(':', '/')));
      expect(`sha256:${createHash('sha256').update(blob).digest('hex')}`).toBe(digest);
      expect(blob.length).toBe(size);
      return blob.toString();
    },
  };
}
