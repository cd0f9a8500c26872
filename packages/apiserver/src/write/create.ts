// Creating an object.
import { afterUpdate } from '../apply/managers.ts';
import type { Asked } from '../http/asked.ts';
import { readObject } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { type Json, textAt } from '../json.ts';
import { shapeOf } from '../patch/shapes.ts';
import type { KubeObject } from '../port.ts';
import { shapedObject } from '../read/shapes.ts';
import { alreadyThere, conflicting } from '../status.ts';
import { asStored } from '../views/views.ts';
import {
  checkedBody,
  checkIdentity,
  needsNamespace,
  settleNew,
  who,
  withManagers,
  writeOptions,
  writeSide,
} from './writing.ts';

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_CHARS = 5;
const MOST_PREFIX_CHARS = 58;

export async function answerCreate(asked: Asked): Promise<void> {
  writeSide(asked);
  const body = await readObject(asked.req);
  checkIdentity(asked, body);
  const created = await create(asked, asStored(asked.kind, checkedBody(asked, body)));
  send(asked, 201, shapedObject(asked, created), asked.wanted.yaml);
}

async function create(asked: Asked, body: Json): Promise<KubeObject> {
  const { kind, stored, source, namespace } = asked;
  const options = writeOptions(asked);
  const name = nameFor(body);
  const settled = settleNew(asked, body, name);
  await needsNamespace(asked);
  if ((await source.get(stored, namespace ?? '', name)) !== undefined) throw alreadyThere(kind, name);
  const shape = shapeOf(stored);
  const managers = afterUpdate([], {}, settled, shape, who(asked, 'Update', options.fieldManager));
  return writeNew(asked, withManagers(settled, managers));
}

/** Stores a settled object. A race for the name ends as `AlreadyExists` from the source. */
export const writeNew = (asked: Asked, object: Json): KubeObject => {
  const version = textAt(object, 'metadata', 'resourceVersion');
  if (version !== '')
    throw conflicting(
      asked.kind,
      textAt(object, 'metadata', 'name'),
      'resourceVersion should not be set on objects to be created',
    );
  // Settled: apiVersion, kind and metadata are complete.
  return writeSide(asked).create(asked.stored, object as KubeObject, writeOptions(asked));
};

function nameFor(body: Json): string {
  const name = textAt(body, 'metadata', 'name');
  const prefix = textAt(body, 'metadata', 'generateName');
  if (name !== '' || prefix === '') return name;
  const random = crypto.getRandomValues(new Uint8Array(SUFFIX_CHARS));
  return prefix.slice(0, MOST_PREFIX_CHARS) + [...random].map((byte) => SUFFIX[byte % SUFFIX.length]).join('');
}
