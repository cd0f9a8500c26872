// Lines that programs really wrote: what this machine has under /var/log, the recorded node, and logs of services we started.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@mosaic/dev';

const MOST_LINE_CHARS = 8_192;
const CRI_HEAD = /^\S+ std(?:out|err) [FP] /;

/** Each once, empty ones left out. `more`: files besides, such as `kafka.logPath`. */
export function realLines(more: readonly string[] = []): string[] {
  const recorded = join(repositoryRoot(), 'agents/node/fixtures/recorded/var/log');
  const files = [
    ...globSync('/var/log/**/*.log'),
    ...globSync(join(recorded, 'pods/**/*.log')),
    ...more.filter((path) => path !== ''),
  ].sort();
  return files.flatMap(linesOf);
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.replace(CRI_HEAD, '').slice(0, MOST_LINE_CHARS))
      .filter((line) => line !== '');
  } catch {
    return []; // A folder, or not ours to read: the others will do.
  }
}
