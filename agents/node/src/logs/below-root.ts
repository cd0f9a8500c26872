// Links of the machine that is looked at name paths of its own: they are followed below `HOST_ROOT`, never on our side of it.

import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** More links than this lead in a circle. */
const MOST_LINKS = 16;

/** Where a path below `root` really is, all links followed. Throws as `fs` does when it leads nowhere. */
export function resolveBelow(root: string, path: string): string {
  const base = root.replace(/\/+$/, '');
  let names = path.slice(base.length).split(sep).filter(Boolean);
  let at = base;
  for (let links = 0; names.length > 0; ) {
    const [name = '', ...rest] = names;
    names = rest;
    if (name === '..') {
      at = at === base ? base : dirname(at);
      continue;
    }
    const here = `${at}/${name}`;
    if (name === '.') continue;
    if (!lstatSync(here).isSymbolicLink()) {
      at = here;
      continue;
    }
    if (++links > MOST_LINKS) throw new Error(`${path} leads in a circle`);
    const target = readlinkSync(here);
    names = [...target.split(sep).filter(Boolean), ...names];
    if (target.startsWith(sep)) at = base;
  }
  return at || join(sep);
}
