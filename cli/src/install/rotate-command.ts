// `mosaic rotate NAME|all|due|ca`: new credentials while everything runs.

import { Command } from 'commander';
import { EXIT, ended, UsageError } from '../exit.ts';
import { renewAdministrator } from './admin-password.ts';
import { clusterOf, renewByServer } from './agent-certificate.ts';
import { AUTHORITIES, type AuthorityName, type Workload } from './catalogue.ts';
import { SOON_DAYS } from './credentials.ts';
import type { Installation } from './init.ts';
import { type InstallOptions, open, withPlace } from './opening.ts';
import { due, isAuthority, type Located, located, type Restart, renew, restartAll, whyNot } from './rotate.ts';
import { forgetOld, issueAnew, nextStep, stageOfAuthority, trustNew, usersOf } from './rotate-authority.ts';

interface RotateOptions extends InstallOptions {
  readonly continue?: boolean;
  readonly finish?: boolean;
  readonly lost?: boolean;
  readonly restart: boolean;
  readonly server?: string;
}

export function rotateCommand(): Command {
  const command = new Command('rotate')
    .description('replace credentials without downtime: one by its name, ca, all, or what is due')
    .argument(
      '<name>',
      `a name of mosaic credentials; ca: both authorities; all; due: what expires in ${SOON_DAYS} days`,
    )
    .option('--continue', 'of an authority, the second step: the new one issues')
    .option('--finish', 'of an authority, the last step: the old one is no longer trusted')
    .option('--lost', 'of an authority whose key is lost')
    .option(
      '--server <url>',
      'for admin, and for agent-ID where the authority’s key is not at hand: where the servers answer, https or a port forwarded to this machine',
    )
    .option('--no-restart', 'write only; you restart what uses it yourself')
    .addHelpText('after', EXAMPLES);
  return withPlace(command).action((name: string, options: RotateOptions) => ended(() => run(name, options)));
}

const EXAMPLES = `
In a cluster what uses a new credential is restarted pod by pod, and waited for. With --dir you are told what to restart.

An authority is replaced in three steps: the new one is trusted beside the old; it issues all certificates anew (--continue);
the old one goes (--finish). In a cluster the first two are one command.

Examples
  mosaic rotate receiver-kafka --context prod
  mosaic rotate due --context prod                    for a monthly job
  mosaic rotate ca --context prod                     then, a day later: mosaic rotate ca --finish --context prod
  mosaic rotate admin --context prod --server http://localhost:9000
  mosaic rotate agent-2 --context edge --server https://mosaic.example.org   its agents’ key and certificate for Kafka; no restart
  mosaic rotate all --context prod                    everything that ages, authorities too (admin: with --server)
  mosaic rotate kafka-ca --lost --context prod        the authority's key is gone`;

async function run(name: string, options: RotateOptions): Promise<number> {
  const told = (line: string): void => void process.stdout.write(`${line}\n`);
  const { installation, close } = await open(options, told, false);
  try {
    const left = await rotateNamed(installation, name, options);
    if (left.length > 0) told(toRestart(left, installation.home.realm !== ''));
    return EXIT.found;
  } finally {
    await close();
  }
}

async function rotateNamed(
  installation: Installation,
  name: string,
  options: RotateOptions,
): Promise<readonly Workload[]> {
  const authorities = authoritiesOf(name);
  const hasSteps = options.continue || options.finish || options.lost;
  if (authorities.length === 0 && hasSteps)
    throw new UsageError('--continue, --finish and --lost go with ca, kafka-ca, cassandra-ca or all');
  if (name === 'admin' && options.server !== undefined) return administrator(installation, options.server);
  const cluster = clusterOf(name);
  if (cluster !== undefined && options.server !== undefined) {
    await renewByServer(located(installation), cluster, options.server, installation.now());
    installation.told(
      `rotated    agent-${cluster}-kafka; agents that mount it take it into use within two minutes, without a restart`,
    );
    return [];
  }
  const others = hasSteps ? [] : await othersOf(installation, name);
  const restart = (which: readonly Restart[]): Promise<readonly Workload[]> =>
    options.restart ? restartAll(which, installation.told) : Promise.resolve(which.map(({ workload }) => workload));
  const left: Workload[] = [];
  for (const authority of authorities) left.push(...(await replaced(installation, authority, options, restart)));
  if (others.length > 0) left.push(...(await restart(await renew(installation, others))));
  if (name === 'all' && !hasSteps && options.server !== undefined) await administrator(installation, options.server);
  if (others.length === 0 && authorities.length === 0) installation.told('nothing is due');
  return [...new Map(left.map((one) => [one.name, one])).values()];
}

async function administrator({ credentials, home, told }: Installation, server: string): Promise<readonly Workload[]> {
  const credential = credentials.find(({ name }) => name === 'admin');
  if (credential === undefined) return [];
  await renewAdministrator(credential, home, server);
  told('rotated    admin; other sessions of it have ended');
  return [];
}

async function replaced(
  installation: Installation,
  name: AuthorityName,
  options: RotateOptions,
  restart: (which: readonly Restart[]) => Promise<readonly Workload[]>,
): Promise<readonly Workload[]> {
  const { told } = installation;
  const left: Workload[] = [];
  if (options.finish) return restart(await forgetOld(installation, name));
  if (!options.continue) left.push(...(await restart(await trustNew(installation, name, options.lost ?? false))));
  else if (installation.home.restart && (await stageOfAuthority(installation, name)) === 'both trusted')
    left.push(...(await restart(usersOf(installation, name)))); // the first run may have ended before all knew whom to trust
  if (left.length === 0) left.push(...(await restart(await issueAnew(installation, name))));
  told(`next       ${nextStep(await stageOfAuthority(installation, name), name)}`);
  return left;
}

const authoritiesOf = (name: string): readonly AuthorityName[] => {
  if (name === 'ca' || name === 'all') return AUTHORITIES;
  return isAuthority(name) ? [name] : [];
};

/** What is replaced by itself. With `all`, certificates are not: the new authorities issue them. */
async function othersOf(installation: Installation, name: string): Promise<readonly Located[]> {
  const each = located(installation);
  if (name === 'ca' || isAuthority(name)) return [];
  if (name === 'due') return due(each, installation.now(), SOON_DAYS);
  if (name === 'all')
    return each.filter(({ credential }) => {
      const { kind } = credential.making;
      return kind !== 'authority' && kind !== 'certificate' && whyNot(credential) === undefined;
    });
  const called = /^agent-\d+$/.test(name) ? `${name}-kafka` : name;
  const found = each.filter(({ credential }) => credential.name === called);
  const [first] = found;
  if (first === undefined)
    throw new UsageError(`nothing is called ${name}: ${each.map(({ credential }) => credential.name).join(', ')}`);
  const why = whyNot(first.credential);
  if (why !== undefined) throw new UsageError(`${name} is not rotated: ${why}`);
  return found;
}

function toRestart(left: readonly Workload[], isCluster: boolean): string {
  const lines = isCluster
    ? left.map(({ kind, realm, name }) => `  kubectl -n ${realm} rollout restart ${kind.toLowerCase()}/${name}`)
    : [`  docker compose restart ${[...new Set(left.map(({ service }) => service))].join(' ')}`];
  return ['now restart what uses it:', ...lines].join('\n');
}
