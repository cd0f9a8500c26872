// Replacing an object: PUT on the object itself or its status.

import type { Asked } from '../http/asked.ts';
import { readObject } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { recordOf } from '../json.ts';
import { existing } from '../read/get.ts';
import { shapedObject } from '../read/shapes.ts';
import { asStored } from '../views/views.ts';
import { retried } from './patch.ts';
import { checkedBody, checkIdentity, checkVersion, store, writeSide } from './writing.ts';

export async function answerUpdate(asked: Asked): Promise<void> {
  writeSide(asked);
  const body = await readObject(asked.req);
  checkIdentity(asked, body);
  const desired = asStored(asked.kind, checkedBody(asked, body));
  const updated = await retried(async () => {
    const current = await existing(asked);
    checkVersion(asked, current, recordOf(body.metadata));
    return store(asked, current, desired);
  });
  send(asked, 200, shapedObject(asked, updated), asked.wanted.yaml);
}
