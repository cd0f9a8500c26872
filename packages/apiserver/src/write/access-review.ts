// `kubectl auth can-i`: asked of the source, stored nowhere.

import type { Asked } from '../http/asked.ts';
import { readObject } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { at, isRecord, type Json, textAt } from '../json.ts';

/** `SelfSubjectAccessReview` asks about one thing, `SelfSubjectRulesReview` for all that is allowed. */
export async function answerReview(asked: Asked): Promise<void> {
  const body = await readObject(asked.req);
  const { kind } = asked;
  const status = kind.kind === 'SelfSubjectRulesReview' ? rules(asked, body) : { allowed: mayThis(asked, body) };
  send(asked, 201, {
    kind: kind.kind,
    apiVersion: `${kind.group}/${kind.version}`,
    metadata: { creationTimestamp: null },
    spec: body.spec,
    status,
  });
}

function rules({ source, user }: Asked, body: Json): object {
  const namespace = textAt(body, 'spec', 'namespace') || undefined;
  const resourceRules = source.kinds().flatMap((kind) => {
    const verbs = kind.verbs.filter((verb) => source.mayDo?.(user, verb, kind, namespace, undefined) ?? true);
    return verbs.length === 0 ? [] : [{ verbs, apiGroups: [kind.group], resources: [kind.resource] }];
  });
  const nonResourceRules = [
    {
      verbs: ['get'],
      nonResourceURLs: [
        '/api',
        '/api/*',
        '/apis',
        '/apis/*',
        '/healthz',
        '/livez',
        '/openapi',
        '/openapi/*',
        '/readyz',
        '/version',
      ],
    },
  ];
  return { resourceRules, nonResourceRules, incomplete: false };
}

function mayThis(asked: Asked, body: Json): boolean {
  const wish = at(body, 'spec', 'resourceAttributes');
  return isRecord(wish) ? isAllowed(asked, wish) : true;
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
