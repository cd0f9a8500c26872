// `kubectl auth can-i`: asked of the source, stored nowhere.

import type { Asked } from '../http/asked.ts';
import { readObject } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { at, isRecord, textAt } from '../json.ts';

export async function answerReview(asked: Asked): Promise<void> {
  const body = await readObject(asked.req);
  const wish = at(body, 'spec', 'resourceAttributes');
  const allowed = isRecord(wish) ? isAllowed(asked, wish) : true;
  const { kind } = asked;
  send(asked, 201, {
    kind: kind.kind,
    apiVersion: `${kind.group}/${kind.version}`,
    metadata: { creationTimestamp: null },
    spec: body.spec,
    status: { allowed },
  });
}

/** `*` asks about every resource; a resource nobody serves is allowed, as an administrator's rules would say. */
function isAllowed({ source, user }: Asked, wish: unknown): boolean {
  if (source.mayDo === undefined) return true;
  const group = textAt(wish, 'group');
  const resource = textAt(wish, 'resource');
  const namespace = textAt(wish, 'namespace') || undefined;
  const name = textAt(wish, 'name') || undefined;
  return source
    .kinds()
    .filter((kind) => (group === '*' || kind.group === group) && (resource === '*' || kind.resource === resource))
    .every((kind) => source.mayDo?.(user, textAt(wish, 'verb'), kind, namespace, name) ?? true);
}
