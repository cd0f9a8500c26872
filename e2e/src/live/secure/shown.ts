// Where a secret's value could be seen by others than its owner: arguments, environments, logs, rendered documents.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SECRET_FILE = /(^|\.)key$|key\.pem$|password$|keystore\.pem$/;

/** Of every credential in the folder what nobody may see: passwords whole, of keys a line of their own. By path. */
export function valuesIn(secrets: string): ReadonlyMap<string, string> {
  const files = readdirSync(secrets, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && SECRET_FILE.test(entry.name),
  );
  const values = files.map(({ parentPath, name }): [string, string] => {
    const path = join(parentPath, name);
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const body = lines.slice(lines.findIndex((line) => /BEGIN .*PRIVATE KEY/.test(line)) + 1);
    return [path, (lines.length === 1 ? lines[0] : body[0]) ?? ''];
  });
  return new Map(values);
}

/** What every process of this machine shows of itself. */
export function shownByProcesses(): ReadonlyMap<string, string> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const shown = pids.flatMap((pid) => ['cmdline', 'environ'].map((what) => [`/proc/${pid}/${what}`, read(pid, what)]));
  return new Map(shown as [string, string][]); // pairs
}

function read(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}

/** `credential in place`, for each value that is seen somewhere. */
export const seen = (values: ReadonlyMap<string, string>, shown: ReadonlyMap<string, string>): readonly string[] =>
  [...values].flatMap(([path, value]) =>
    [...shown].filter(([, text]) => text.includes(value)).map(([place]) => `${path} in ${place}`),
  );
