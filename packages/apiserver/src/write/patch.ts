// Patching an object in any of the four ways Kubernetes knows.
import { applyTo } from '../apply/apply.ts';
import type { Asked } from '../http/asked.ts';
import { contentType, parseJson, parseObject, readBody } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { isRecord, type Json, recordOf } from '../json.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { mergesStrategically, shapeOf } from '../patch/shapes.ts';
import { strategicMerge } from '../patch/strategic.ts';
import { badRequest, type KubeObject, StatusError } from '../port.ts';
import { existing } from '../read/get.ts';
import { shapedObject } from '../read/shapes.ts';
import { unsupportedType } from '../status.ts';
import { asServed, asStored } from '../views/views.ts';
import { writeNew } from './create.ts';
import {
  checkedBody,
  checkIdentity,
  checkVersion,
  isForced,
  needsNamespace,
  settleNew,
  store,
  who,
  withManagers,
  writeOptions,
  writeSide,
} from './writing.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const APPLY = 'application/apply-patch+yaml';

/** A patch loses a race against other writers this often before the client is told. */
const MOST_ATTEMPTS = 5;

export async function answerPatch(asked: Asked): Promise<void> {
  writeSide(asked);
  const type = contentType(asked.req);
  const text = await readBody(asked.req);
  const { object, isNew } =
    type === APPLY
      ? await apply(asked, parseObject(text, true))
      : { object: await patch(asked, type, text), isNew: false };
  send(asked, isNew ? 201 : 200, shapedObject(asked, object), asked.wanted.yaml);
}

/** Again when another writer came in between; a version the client names makes that its conflict. */
export async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = MOST_ATTEMPTS; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      const isRace = error instanceof StatusError && error.reason === 'Conflict' && error.details === undefined;
      if (!isRace || left <= 1) throw error;
    }
  }
}

async function patch(asked: Asked, type: string, text: string): Promise<KubeObject> {
  const patched = patcher(asked, type, parseJson(text));
  return retried(async () => {
    const current = await existing(asked);
    const served = asServed(asked.kind, current);
    const desired = patched(served);
    if (!isRecord(desired)) throw badRequest('the patch makes the object something that is no object');
    checkVersion(asked, current, recordOf(desired.metadata));
    checkIdentity(asked, desired);
    return store(asked, current, asStored(asked.kind, checkedBody(asked, desired)));
  });
}

/** Patches one JSON value in the way `type` names; 415 for others, and for strategic merges of kinds that have none. */
export function patcher(
  { kind, stored }: Pick<Asked, 'kind' | 'stored'>,
  type: string,
  body: unknown,
): (object: Json) => unknown {
  if (type === JSON_PATCH) return (object) => jsonPatch(object, body);
  if (type !== MERGE && type !== STRATEGIC) throw unsupportedType([JSON_PATCH, MERGE, STRATEGIC, APPLY].join(', '));
  if (!isRecord(body)) throw badRequest('a merge patch is an object');
  if (type === MERGE) return (object) => mergePatch(object, body);
  if (!mergesStrategically(kind)) throw unsupportedType([JSON_PATCH, MERGE, APPLY].join(', '));
  const shape = shapeOf(stored);
  return (object) => strategicMerge(object, body, shape);
}

async function apply(asked: Asked, body: Json): Promise<{ readonly object: KubeObject; readonly isNew: boolean }> {
  const manager = asked.query.get('fieldManager') ?? '';
  if (manager === '')
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  if (body.apiVersion === undefined || body.kind === undefined)
    throw badRequest('an applied configuration needs apiVersion and kind');
  checkIdentity(asked, body);
  writeOptions(asked);
  const applied = asStored(asked.kind, checkedBody(asked, body));
  return retried(async () => {
    const { source, stored, namespace, name = '' } = asked;
    const current = await source.get(stored, namespace ?? '', name);
    const shape = shapeOf(stored);
    const owner = who(asked, 'Apply', manager);
    if (current === undefined) return { object: await applyNew(asked, applied, shape, owner), isNew: true };
    checkVersion(asked, current, recordOf(body.metadata));
    const { object, managers } = applyTo(current, withoutVersion(applied), shape, owner, isForced(asked));
    return { object: store(asked, current, object, managers), isNew: false };
  });
}

async function applyNew(
  asked: Asked,
  applied: Json,
  shape: ReturnType<typeof shapeOf>,
  owner: ReturnType<typeof who>,
): Promise<KubeObject> {
  if (asked.subresource !== undefined) await existing(asked);
  const { managers } = applyTo(undefined, applied, shape, owner, false);
  const settled = settleNew(asked, applied, asked.name ?? '');
  await needsNamespace(asked);
  return writeNew(asked, withManagers(settled, managers));
}

const withoutVersion = (applied: Json): Json => {
  const { resourceVersion: _version, uid: _uid, ...metadata } = recordOf(applied.metadata);
  return { ...applied, metadata };
};
