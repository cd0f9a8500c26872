// An install from beginning to end: look, show the plan, ask, apply in order, wait, and see that it does what it should.

import { type Discovered, Forbidden, type Json, type LiveSource } from '@mosaic/kat';
import { EXIT, Unanswered, UsageError } from '../exit.ts';
import { applyAll, shownMade } from './apply.ts';
import { agreed } from './ask.ts';
import { keepAgentCertificate, makeAgentKey, makeCredentials, type Where } from './credentials.ts';
import { rulesFor, withRules } from './custom-resources.ts';
import { type Inventory, leftOver } from './inventory.ts';
import { joined, wantsToJoin } from './joining.ts';
import { type TypeOf, typesIn } from './kinds.ts';
import { makeKnown } from './making-known.ts';
import { planOf, type Step, shownStep, summaryOf } from './plan.ts';
import { preflight, refusalOf, shownCheck } from './preflight.ts';
import { reachBrokers } from './reach.ts';
import { openSource } from './setting.ts';
import { namespacesOf, type Rendered, render, type TreeName, valueText } from './trees.ts';
import { verifyInstalled } from './verify.ts';
import { PRODUCT_VERSION } from './versions.ts';

const DATA_WITHIN_MS = 60_000;

export interface Installing {
  readonly tree: TreeName;
  readonly where: Where;
  readonly wishes: Json;
  readonly servers: { readonly context: string | undefined; readonly namespace: string };
  readonly isDryRun: boolean;
  readonly isAgreed: boolean;
  readonly waitSeconds: number;
  /** Whether agents' brokers are tried from inside the cluster before the agents start. */
  readonly reaches: boolean;
  /** Whether agents that did not join by a token are made known to their servers. */
  readonly makesKnown: boolean;
  /** Whether rules for this cluster's custom resources are made. */
  readonly looksForCustomResources: boolean;
  readonly now: () => number;
  readonly told: (line: string) => void;
}

/** Exit code. Throws what ends it. */
export async function install(source: LiveSource, asked: Installing): Promise<number> {
  const installing = await afterJoining(source, asked);
  const { tree, told, wishes, now } = installing;
  const discovered = await source.resources();
  const rendered = await renderedFor(discovered, installing);
  const version = versionOf(rendered);
  const before = await look(source, rendered, typesIn(discovered), { version, told });
  const steps = await planned(source, rendered, typesIn(discovered));
  const changes = showPlan(rendered, steps, before, told);
  refuseForeign(steps);
  if (installing.isDryRun) return EXIT.found;
  if (changes && !installing.isAgreed && !(await agreed('apply this'))) throw new Unanswered('nothing was changed');
  const [namespace] = namespacesOf(rendered);
  const inventory: Inventory = { tree, namespace, version, state: 'applying', wishes, made: before?.made ?? [] };
  const whole = await applied(
    source,
    rendered,
    steps,
    { inventory, versionBefore: before?.version ?? version },
    installing,
  );
  if (installing.waitSeconds > 0) await verifyInstalled(source, whole, { told, now, withinMs: DATA_WITHIN_MS });
  return EXIT.found;
}

/** Joining uses a token up, so it is asked for by itself and never tried. */
async function afterJoining(source: LiveSource, installing: Installing): Promise<Installing> {
  const { tree, wishes, told, where, servers, now, isDryRun, isAgreed } = installing;
  if (tree === 'servers' || !wantsToJoin(wishes)) return installing;
  const rendered = await render(tree, wishes);
  const server = valueText(wishes, 'cluster', 'server');
  if (isDryRun) {
    told(
      `· joining: ${server} is asked first, which uses the token up; the number of the cluster below is not its own`,
    );
    return installing;
  }
  if (!isAgreed && !(await agreed(`join ${server} as ${valueText(rendered.values, 'cluster', 'name')}`)))
    throw new Unanswered('nothing was changed');
  await makeAgentKey({ rendered, at: where, servers, now, told });
  const { certificate, ...more } = await joined({ source, values: rendered.values, wishes });
  told(`✓ joined: ${server} knows this cluster as ${JSON.stringify(more.wishes.cluster)}`);
  if (certificate) await keepAgentCertificate({ rendered, at: where, servers, now, told }, more.cluster, certificate);
  return { ...installing, wishes: more.wishes };
}

async function renderedFor(
  discovered: Discovered,
  { tree, wishes, looksForCustomResources }: Installing,
): Promise<Rendered> {
  const plain = await render(tree, wishes);
  if (tree === 'servers' || !looksForCustomResources) return plain;
  return render(tree, withRules(wishes, rulesFor(discovered, plain)));
}

/** Whether anything is to be done. */
function showPlan(
  rendered: Rendered,
  steps: readonly Step[],
  before: Inventory | undefined,
  told: (line: string) => void,
): boolean {
  const leftOvers = leftOver(before?.made ?? [], steps).filter(({ type }) => type.kind !== 'Namespace');
  for (const step of steps) if (step.deed !== 'keep') told(shownStep(step));
  for (const one of leftOvers) told(`remove  ${shownMade(one)}, which is no longer wished`);
  const removals = leftOvers.length > 0 ? `, ${leftOvers.length} remove` : '';
  told(`plan: ${summaryOf(steps)}${removals}, in ${namespacesOf(rendered).join(' and ')}`);
  return removals !== '' || steps.some(({ deed }) => deed !== 'keep');
}

export const versionOf = ({ values }: Rendered): string => valueText(values, 'image', 'tag') || PRODUCT_VERSION;

async function look(
  source: LiveSource,
  rendered: Rendered,
  typeOf: TypeOf,
  { version, told }: { readonly version: string; readonly told: (line: string) => void },
): Promise<Inventory | undefined> {
  const { checks, before, roles } = await preflight(source, rendered, typeOf, version);
  for (const check of checks) told(shownCheck(check));
  const wrong = checks.filter(({ result }) => result === 'failed');
  if (wrong.length === 0) return before;
  if (roles !== undefined) told(`\nRoles that would do, for whoever may apply them:\n\n${roles}`);
  throw new Unanswered(`${wrong.map(({ name }) => name).join(', ')}: not as it has to be; nothing was changed`);
}

/** Throws `Unanswered` where the API server would refuse: an escalation of rights shows only when it is tried. */
async function planned(source: LiveSource, rendered: Rendered, typeOf: TypeOf): Promise<readonly Step[]> {
  try {
    return await planOf(source, rendered.pieces, typeOf);
  } catch (error) {
    if (!(error instanceof Forbidden)) throw error;
    throw new Unanswered(`${await refusalOf(source, error)}; nothing was changed`, EXIT.error);
  }
}

function refuseForeign(steps: readonly Step[]): void {
  const foreign = steps.filter(({ deed }) => deed === 'foreign').map(shownStep);
  if (foreign.length > 0)
    throw new UsageError(
      `these are there and not Mosaic's (no label app.kubernetes.io/part-of: mosaic); they are left alone, so nothing was changed:\n  ${foreign.join('\n  ')}`,
    );
  const refused = steps.filter(({ deed }) => deed === 'refused').map(shownStep);
  if (refused.length > 0)
    throw new Unanswered(`the API server does not take these; nothing was changed:\n  ${refused.join('\n  ')}`);
}

async function applied(
  source: LiveSource,
  rendered: Rendered,
  steps: readonly Step[],
  kept: { readonly inventory: Inventory; readonly versionBefore: string },
  installing: Installing,
): Promise<Inventory> {
  const { where, servers, now, told, waitSeconds } = installing;
  return applyAll({
    ...{ source, steps, ...kept, waits: waitSeconds > 0 },
    patience: { withinMs: waitSeconds * 1000, now, told },
    async afterNamespaces() {
      const making = { rendered, at: where, servers, now, told };
      if (rendered.tree === 'agents' && installing.makesKnown && !hasJoined(installing.wishes)) {
        await makeAgentKey(making);
        await knownToServers(source, rendered, servers, told);
      }
      await makeCredentials(making);
    },
    async beforeWorkloads() {
      const isNew = steps.some(({ type, deed }) => type.kind === 'Deployment' && deed !== 'keep');
      if (rendered.tree === 'agents' && installing.reaches && isNew && waitSeconds > 0)
        told(`brokers  ${await reachBrokers(source, rendered)}`);
    },
  });
}

const hasJoined = (wishes: Json): boolean => valueText(wishes, 'cluster', 'server') !== '';

async function knownToServers(
  source: LiveSource,
  { values }: Rendered,
  { context, namespace }: Installing['servers'],
  told: (line: string) => void,
): Promise<void> {
  const servers = context === undefined ? source : openSource({ context, inCluster: false });
  try {
    await makeKnown({ source, servers, namespace, values, told });
  } finally {
    if (servers !== source) servers.close();
  }
}
