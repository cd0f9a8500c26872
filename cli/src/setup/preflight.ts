// What is looked at before anything is changed: version, rights, storage, reachability, Pod Security, an install that is there already.

import { connect } from 'node:net';
import type { KubeError, LiveSource } from '@mosaic/kat';
import { missingRights, type Right, rightsTo, rolesFor, shownRight, whoCouldGrant, whoWeAre } from './access.ts';
import { type Inventory, readInventory } from './inventory.ts';
import { CONFIG_MAPS, EVENTS, JOBS, PODS, SECRETS, STORAGE_CLASSES, type TypeOf } from './kinds.ts';
import { namespacesOf, type Rendered, valueList, valueText } from './trees.ts';
import { newerThan } from './versions.ts';

const LEAST_MINOR = 31;
const REACH_WITHIN_MS = 4_000;

export interface Check {
  readonly name: string;
  /** `note`: good to know, no obstacle. */
  readonly result: 'ok' | 'note' | 'failed';
  readonly said: string;
}

export interface Preflight {
  readonly checks: readonly Check[];
  readonly before: Inventory | undefined;
  /** Roles that are missing, as YAML for whoever may grant them. */
  readonly roles?: string;
}

const ok = (name: string, said: string): Check => ({ name, result: 'ok', said });
const note = (name: string, said: string): Check => ({ name, result: 'note', said });
const failed = (name: string, said: string): Check => ({ name, result: 'failed', said });

/** Changes nothing. `version`: of what is to be installed. */
export async function preflight(
  source: LiveSource,
  rendered: Rendered,
  typeOf: TypeOf,
  version: string,
): Promise<Preflight> {
  const rights = await rightsCheck(source, rendered, typeOf);
  if (rights.check.result === 'failed')
    return { checks: [await versionCheck(source), rights.check], before: undefined, roles: rights.roles };
  const [home] = namespacesOf(rendered);
  const before = await readInventory(source, rendered.tree, home);
  const checks = await Promise.all([
    versionCheck(source),
    rights.check,
    installedCheck(before, version),
    ...(rendered.tree === 'servers' ? [storageCheck(source, rendered)] : brokerChecks(rendered)),
    securityCheck(rendered),
  ]);
  return { checks, before };
}

async function versionCheck(source: LiveSource): Promise<Check> {
  const { major, minor, gitVersion } = await source.version();
  const isEnough = Number.parseInt(major, 10) > 1 || Number.parseInt(minor, 10) >= LEAST_MINOR;
  const wanted = `1.${LEAST_MINOR} or newer`;
  return isEnough
    ? ok('Kubernetes', `${gitVersion} (${wanted})`)
    : failed('Kubernetes', `${gitVersion}; expected ${wanted}`);
}

/** For what is applied, for what is waited for, and for the Secrets. */
export function rightsOf(rendered: Rendered, typeOf: TypeOf): readonly Right[] {
  const applied = rendered.pieces.flatMap(({ object }) =>
    rightsTo(['get', 'create', 'patch'], typeOf(object), object.metadata.namespace),
  );
  const inNamespaces = namespacesOf(rendered).flatMap((namespace) => [
    ...rightsTo(['get', 'create', 'update'], SECRETS, namespace),
    ...rightsTo(['list'], PODS, namespace),
    ...rightsTo(['list'], EVENTS, namespace),
  ]);
  const [home] = namespacesOf(rendered);
  const inHome = [
    ...rightsTo(['get', 'create', 'patch'], CONFIG_MAPS, home),
    ...rightsTo(['get', 'create', 'delete'], JOBS, home),
  ];
  return [...applied, ...inNamespaces, ...inHome];
}

async function rightsCheck(
  source: LiveSource,
  rendered: Rendered,
  typeOf: TypeOf,
): Promise<{ check: Check; roles: string }> {
  const rights = rightsOf(rendered, typeOf);
  const [missing, user] = await Promise.all([missingRights(source, rights), whoWeAre(source)]);
  if (missing.length === 0) return { check: ok('rights', `${user} may do all of it`), roles: '' };
  const list = missing.map((right) => `\n    ${shownRight(right)}`).join('');
  const said = `${user} may not:${list}\n  This could be granted by ${await whoCouldGrant(source)}`;
  return { check: failed('rights', said), roles: rolesFor(missing, user) };
}

function installedCheck(before: Inventory | undefined, version: string): Check {
  if (before === undefined) return ok('installed', 'not yet');
  if (newerThan(before.version, version))
    return failed(
      'installed',
      `${before.version}, which is newer than ${version}: what a newer one wrote an older one may not read`,
    );
  const said =
    before.state === 'complete'
      ? `${before.version}; it is brought to ${version}`
      : 'a run was interrupted; this one goes on';
  return note('installed', said);
}

async function storageCheck(source: LiveSource, { values }: Rendered): Promise<Check> {
  const needsDisks = [isInstalled(values, 'kafka'), isInstalled(values, 'cassandra')].includes(true);
  if (!needsDisks) return ok('storage', 'Kafka and Cassandra are elsewhere');
  const named = valueText(values, 'storageClass');
  const { items } = await source.list(STORAGE_CLASSES);
  const names = items.map(({ metadata }) => metadata.name).join(', ') || 'none';
  if (named !== '')
    return items.some(({ metadata }) => metadata.name === named)
      ? ok('storage', `class ${named}`)
      : failed('storage', `there is no class ${named}; there is ${names}`);
  const standard = items.find(
    ({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
  );
  if (standard !== undefined) return ok('storage', `class ${standard.metadata.name}, the default`);
  return failed('storage', `no class is the default (there is ${names}); --set storageClass=NAME names one`);
}

const isInstalled = (values: Rendered['values'], store: string): boolean =>
  (values[store] as { readonly install?: unknown } | undefined)?.install === true; // read without trust

/** Names of a cluster are known in it alone: those are tried from inside, before the agents start. */
function brokerChecks({ values }: Rendered): readonly Promise<Check>[] {
  return valueList(values, 'kafka', 'brokers').map(async (broker) => {
    const at = broker.lastIndexOf(':');
    const [host, port] = [broker.slice(0, at), Number(broker.slice(at + 1))];
    if (!(at > 0 && port > 0 && port < 65_536)) return failed('broker', `${broker}: expected host:port`);
    if (/\.svc(\.|$)/.test(host))
      return note('broker', `${broker}: a name of the cluster, tried from inside before the agents start`);
    const why = await unreachable(host, port);
    if (why === undefined)
      return ok('broker', `${broker} answers here; from the cluster it is tried before the agents start`);
    return note(
      'broker',
      `${broker} does not answer here (${why}); from the cluster it is tried before the agents start`,
    );
  });
}

const unreachable = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: REACH_WITHIN_MS });
    const end = (why: string | undefined): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end('no answer'));
    socket.once('error', ({ message }) => end(message));
  });

/** The namespaces bring their levels with them; a level that an administrator's exemptions override shows in the dry run. */
async function securityCheck(rendered: Rendered): Promise<Check> {
  const levels = rendered.pieces
    .filter(({ object }) => object.kind === 'Namespace')
    .map(
      ({ object: { metadata } }) =>
        `${metadata.name} ${metadata.labels?.['pod-security.kubernetes.io/enforce'] ?? 'as the cluster has it'}`,
    );
  return ok('Pod Security', levels.join(', '));
}

const SIGNS = { ok: '✓', note: '·', failed: '✗' } as const;
export const shownCheck = ({ name, result, said }: Check): string => `${SIGNS[result]} ${name}: ${said}`;

/** What an API server says of a refusal, with what grants it. */
export async function refusalOf(source: LiveSource, error: KubeError): Promise<string> {
  return `${error.message}\n  This could be granted by ${await whoCouldGrant(source)}`;
}
