// Saving the worlds and finding them again: one zstd-compressed JSON file, replaced whole.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import type { KubeObject } from '@mosaic/apiserver';
import type { Memory } from './memory.ts';
import type { Engine } from './sim.ts';
import type { Incident } from './story/incidents.ts';
import type { Timer } from './timers.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const FORMAT = 1;
const FILE = 'playground.json.zst';
/** Nothing we save comes near; a file that inflates past it is not ours. */
const MOST_BYTES = 512 * 2 ** 20;

export interface SavedCluster {
  readonly name: string;
  readonly now: number;
  readonly version: number;
  readonly random: number;
  readonly memory: Memory;
  readonly timers: readonly Timer[];
  readonly objects: readonly KubeObject[];
  readonly incidents: readonly Incident[];
}
interface Saved {
  readonly format: number;
  readonly seed: number;
  readonly clusters: readonly SavedCluster[];
}

export interface Living {
  readonly sim: Engine;
  readonly incidents: readonly Incident[];
}

export async function saveWorlds(folder: string, seed: number, clusters: readonly Living[]): Promise<void> {
  const saved: Saved = { format: FORMAT, seed, clusters: clusters.map(asSaved) };
  const bytes = await compress(JSON.stringify(saved), { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE);
  await writeFile(`${path}.new`, bytes, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function asSaved({ sim, incidents }: Living): SavedCluster {
  const objects = [...sim.world.tables()].flatMap((table) => [...sim.world.all(table)]);
  const { name, world, random, memory, timers } = sim;
  return {
    name,
    now: sim.now(),
    version: world.version,
    random: random.state,
    memory,
    timers: timers.all(),
    objects,
    incidents,
  };
}

/** Undefined when there is none, or none that can be read: then a new world begins. `told` learns why. */
export async function savedWorlds(folder: string, told: (reason: unknown) => void): Promise<Saved | undefined> {
  try {
    const bytes = await decompress(await readFile(join(folder, FILE)), { maxOutputLength: MOST_BYTES });
    const saved = JSON.parse(bytes.toString('utf8')) as Saved; // checked below; only we write it
    if (saved.format !== FORMAT || !Array.isArray(saved.clusters))
      throw new Error(`format ${saved.format}; this playground knows ${FORMAT}`);
    return saved;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') told(error); // fs errors carry a code
    return undefined;
  }
}

/** The clusters slept: what was about to happen happens as much later. Schedules keep their hours. */
export function sleep(timers: readonly Timer[], ms: number): readonly Timer[] {
  return timers.map((timer) => (timer.what === 'cron-due' ? timer : { ...timer, at: timer.at + ms }));
}
