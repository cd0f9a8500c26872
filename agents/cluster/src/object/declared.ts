// Names of Services that a workload mentions: in env values, arguments and ConfigMaps. Candidates only; the topology keeps those that exist.

import { type Json, recordsAt, textAt, textsAt } from '@mosaic/kat';
import type { Link } from '@mosaic/wire';

/** Per object. */
export const MOST_DECLARED = 32;
/** Of a ConfigMap's text; enough for every hand-written file. */
const MOST_TEXT = 64 * 1024;

interface Host {
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

const LABEL = '[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** scheme://user@host:port, host.ns.svc.cluster.local:port, host:port, host.ns, host: the last two only as a whole value. */
const IN_URL = new RegExp(
  `://(?:[^\\s@/'"]{0,300}@)?(${LABEL})((?:\\.[a-z0-9-]{1,63}){0,6})(?::(\\d{1,5}))?(?![\\w.-])`,
  'g',
);
const IN_TEXT = new RegExp(
  `(?<![\\w./:@-])(${LABEL})(\\.${LABEL}\\.svc(?:\\.[a-z0-9-]{1,63}){0,5}|(?:\\.${LABEL})?(?=:\\d))(?::(\\d{1,5}))?(?![\\w.-])`,
  'g',
);
const WHOLE = new RegExp(`^(${LABEL})((?:\\.${LABEL}){0,1})$`);

/** Hosts a text names. `whole`: the text alone may be one (an env value, not a file). */
export function hostsIn(text: string, whole: boolean): Host[] {
  const hosts: Host[] = [];
  const take = (name: string | undefined, rest: string | undefined, port: string | undefined): void => {
    const host = hostOf(name ?? '', rest ?? '', port);
    if (host) hosts.push(host);
  };
  if (text.includes('://')) for (const [, name, rest, port] of text.matchAll(IN_URL)) take(name, rest, port);
  if (text.includes(':') || text.includes('.svc')) {
    for (const [, name, rest, port] of text.matchAll(IN_TEXT)) take(name, rest, port);
  }
  if (whole && hosts.length === 0) {
    const match = WHOLE.exec(text);
    if (match) take(match[1], match[2], undefined);
  }
  return hosts;
}

const NO_HOSTS = new Set([
  'true',
  'false',
  'yes',
  'no',
  'on',
  'off',
  'null',
  'none',
  'localhost',
  'http',
  'https',
  'tcp',
  'udp',
]);

/** `name`, `name.ns`, `name.ns.svc`, `name.ns.svc.cluster.local`; anything with more dots is a name outside. */
function hostOf(name: string, rest: string, port: string | undefined): Host | undefined {
  if (NO_HOSTS.has(name)) return undefined;
  const [, namespace, svc] = rest.split('.');
  if (namespace !== undefined && svc !== undefined && svc !== 'svc') return undefined;
  const number = port === undefined ? undefined : Number(port);
  return {
    name,
    ...(namespace && { namespace }),
    ...(number !== undefined && number > 0 && number < 65_536 && { port: number }),
  };
}

/** Of a pod's or a template's spec. */
export function declaredByPod(spec: Json): Link[] {
  const links = linkSet();
  for (const container of [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')]) {
    for (const env of recordsAt(container, 'env')) {
      const value = textAt(env, 'value');
      if (value !== undefined) links.add(hostsIn(value, true), `env ${textAt(env, 'name') ?? ''}`);
    }
    for (const argument of [...textsAt(container, 'command'), ...textsAt(container, 'args')]) {
      const value = argument.replace(/^--?[\w.-]{1,80}=/, '');
      links.add(hostsIn(value, value !== argument), `argument ${argument.slice(0, 40)}`);
    }
  }
  return links.all();
}

/** Of a ConfigMap's data: files and single values. */
export function declaredByConfig(data: Json): Link[] {
  const links = linkSet();
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string') links.add(hostsIn(value.slice(0, MOST_TEXT), !value.includes('\n')), `key ${key}`);
  }
  return links.all();
}

function linkSet(): { add(hosts: readonly Host[], via: string): void; all(): Link[] } {
  const links = new Map<string, Link>();
  return {
    add(hosts, via) {
      for (const host of hosts) {
        const key = `${host.name}.${host.namespace ?? ''}:${host.port ?? ''}`;
        if (links.size >= MOST_DECLARED || links.has(key)) continue;
        links.set(key, { relation: 'declared', kind: 'Service', ...host, via });
      }
    },
    all: () => [...links.values()],
  };
}
