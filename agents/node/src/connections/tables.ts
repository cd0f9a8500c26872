// The socket tables of one network namespace, by whichever of its processes is still there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHealth, type TcpHealth } from './health.ts';
import { isForbidden, type Namespace } from './namespaces.ts';
import { type Protocol, parseSockets, type Socket } from './proc-net.ts';

export interface Tables {
  readonly sockets: readonly Socket[];
  /** Local addresses, those of connections in TIME_WAIT too. */
  readonly addresses: ReadonlySet<string>;
}

const FILES: readonly (readonly [name: string, protocol: Protocol])[] = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
];
/** Processes come and go; a namespace whose first few have all gone is looked at next time. */
const MOST_TRIED = 5;

/** `gone`: none of the processes that were tried is there any more. */
export async function readTables(proc: string, { processes }: Namespace): Promise<Tables | 'gone' | 'forbidden'> {
  for (const { pid } of processes.slice(0, MOST_TRIED)) {
    const texts = readAll(join(proc, String(pid), 'net'));
    if (texts === 'forbidden') return texts;
    if (texts !== undefined) return tablesOf(texts);
  }
  return 'gone';
}

/**
 * Undefined when the process has gone. A machine without IPv6 has no `tcp6`.
 * The kernel makes such a file in microseconds: handing each to the thread pool and back would cost more than reading it.
 */
function readAll(folder: string): readonly string[] | 'forbidden' | undefined {
  try {
    const tcp = readFileSync(join(folder, 'tcp'), 'utf8');
    return [tcp, ...FILES.slice(1).map(([name]) => readOr(join(folder, name), ''))];
  } catch (error) {
    return isForbidden(error) ? 'forbidden' : undefined;
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

function tablesOf(texts: readonly string[]): Tables {
  const sockets: Socket[] = [];
  const addresses = new Set<string>();
  for (const [i, [, protocol]] of FILES.entries()) {
    const table = parseSockets(texts[i] ?? '', protocol);
    for (const ip of table.waiting) addresses.add(ip);
    for (const socket of table.sockets) {
      sockets.push(socket);
      addresses.add(socket.local.ip);
    }
  }
  return { sockets, addresses };
}

/** Undefined where it cannot be read (any more). */
export async function readHealth(proc: string, { processes }: Namespace): Promise<TcpHealth | undefined> {
  for (const { pid } of processes.slice(0, MOST_TRIED)) {
    const read = (name: string): string => readFileSync(join(proc, String(pid), 'net', name), 'utf8');
    try {
      return parseHealth(read('snmp'), read('netstat'));
    } catch {
      // The process has gone: the next one of the namespace will do.
    }
  }
  return undefined;
}
