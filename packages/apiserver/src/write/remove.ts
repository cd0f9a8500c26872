// Deleting one object, or all that a selection means.

import type { Asked } from '../http/asked.ts';
import { readOptionalObject } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { at, type Json, recordOf, textAt } from '../json.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import { badRequest, type KubeObject } from '../port.ts';
import { existing } from '../read/get.ts';
import { selection } from '../read/select.ts';
import { shapedObject } from '../read/shapes.ts';
import { asServed } from '../views/views.ts';
import { checkVersion, type Write, writeOptions, writeSide } from './writing.ts';

type RemoveOptions = Parameters<Write['remove']>[3];

export async function answerRemove(asked: Asked): Promise<void> {
  const write = writeSide(asked);
  const body = (await readOptionalObject(asked.req)) ?? {};
  const options = removeOptions(asked, body);
  const current = await existing(asked);
  checkVersion(asked, current, recordOf(body.preconditions));
  const removed = write.remove(asked.stored, current.metadata.namespace ?? '', current.metadata.name, options);
  const left = await asked.source.get(asked.stored, current.metadata.namespace ?? '', current.metadata.name);
  const isGone = left === undefined || left.metadata.uid !== current.metadata.uid;
  send(
    asked,
    200,
    isGone || options.dryRun ? success(asked, current) : shapedObject(asked, removed),
    asked.wanted.yaml,
  );
}

/** As kube-apiserver answers for what is gone at once. */
const success = ({ kind }: Asked, { metadata }: KubeObject) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: {
    name: metadata.name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.resource,
    uid: metadata.uid,
  },
});

/** What a body of DeleteOptions and the query together ask for. */
export function removeOptions(asked: Asked, body: Json): RemoveOptions {
  const { query } = asked;
  const grace = body.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined;
  const policy = textAt(body, 'propagationPolicy') || (query.get('propagationPolicy') ?? '') || orphaning(body, query);
  const own = writeOptions(asked);
  return {
    ...own,
    dryRun: own.dryRun || isDryRun(at(body, 'dryRun')),
    ...(grace === undefined || grace === '' ? {} : { gracePeriodSeconds: graceOf(grace) }),
    ...(policy === '' ? {} : { propagationPolicy: knownPolicy(policy) }),
  };
}

const isDryRun = (value: unknown): boolean => Array.isArray(value) && value.includes('All');

/** The older way to say the same. */
function orphaning(body: Json, query: URLSearchParams): string {
  const wish = body.orphanDependents ?? query.get('orphanDependents');
  if (wish === true || wish === 'true') return 'Orphan';
  return wish === false || wish === 'false' ? 'Background' : '';
}

function graceOf(value: unknown): number {
  const seconds = Number(value);
  if (!Number.isSafeInteger(seconds))
    throw badRequest(`gracePeriodSeconds: ${JSON.stringify(value)} is not a number of seconds`);
  return Math.max(0, seconds);
}

function knownPolicy(policy: string): string {
  if (policy === 'Orphan' || policy === 'Background' || policy === 'Foreground') return policy;
  throw badRequest(`propagationPolicy: ${JSON.stringify(policy)} is not one of Orphan, Background, Foreground`);
}

export async function answerRemoveAll(asked: Asked): Promise<void> {
  const write = writeSide(asked);
  const options = removeOptions(asked, (await readOptionalObject(asked.req)) ?? {});
  const { kind, stored, source, namespace } = asked;
  const { items, resourceVersion } = await source.list(stored, namespace);
  const test = selection(asked);
  const removed = items
    .filter((object) => test === undefined || test(object))
    .map(({ metadata }) => write.remove(stored, metadata.namespace ?? '', metadata.name, options));
  send(asked, 200, {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion },
    items: removed.map((object) => asServed(kind, object)),
  });
}
