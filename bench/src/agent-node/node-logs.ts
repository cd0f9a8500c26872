// The log files of a made-up machine, written as a container runtime does and rotated as a kubelet does: renamed, compressed a turn later, removed in the end.

import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import type { NodePod } from './node-pods.ts';

const TEXTS = 5_000;
const KEPT_ROTATIONS = 3;

export interface NodeLogs {
  /** So many lines more, over all containers. Each ends with its number, counted from 0. */
  write(lines: number): void;
  readonly written: number;
  /** The next container's log begins anew. */
  rotate(): void;
}

export function nodeLogs(root: string, pods: readonly NodePod[]): NodeLogs {
  const texts = syntheticLines(TEXTS);
  const folders = pods.map(({ namespace, name, uid }) =>
    join(root, 'var/log/pods', `${namespace}_${name}_${uid}`, 'server'),
  );
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const rotations = folders.map((): string[] => []);
  let written = 0;
  let next = 0;
  let turn = 0;
  return {
    write(lines) {
      const each = Math.max(1, Math.ceil(lines / folders.length));
      for (let left = lines; left > 0; left -= each) {
        const folder = folders[next++ % folders.length] as string; // never empty
        let text = '';
        for (let n = Math.min(each, left); n > 0; n--) {
          const instant = new Date().toISOString().replace('Z', `${String(written % 1_000_000).padStart(6, '0')}Z`);
          text += `${instant} stdout F ${texts[written % TEXTS]} n=${written}\n`;
          written++;
        }
        appendFileSync(join(folder, '0.log'), text);
      }
    },
    get written() {
      return written;
    },
    rotate() {
      const at = turn++ % folders.length;
      const current = join(folders[at] as string, '0.log'); // within the list
      const kept = rotations[at] as string[]; // as many as folders
      if (!existsSync(current)) return;
      const stamp = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
      const before = kept.at(-1);
      if (before !== undefined) compress(before);
      renameSync(current, `${current}.${stamp}`);
      kept.push(`${current}.${stamp}`);
      if (kept.length > KEPT_ROTATIONS) rmSync(`${kept.shift()}.gz`, { force: true });
    },
  };
}

function compress(path: string): void {
  writeFileSync(`${path}.gz.tmp`, gzipSync(readFileSync(path)));
  renameSync(`${path}.gz.tmp`, `${path}.gz`);
  rmSync(path);
}
