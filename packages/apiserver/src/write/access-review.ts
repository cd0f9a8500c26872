// `kubectl auth can-i` and `whoami`: asked of the source, stored nowhere.

import type { Asked } from '../http/asked.ts';
import { readOptionalObject } from '../http/body.ts';
import { send } from '../http/respond.ts';
import { at, isRecord, type Json, textAt } from '../json.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import { servedKinds } from '../metrics/kinds.ts';
import { noSuchPath } from '../status.ts';

type Review = (asked: Asked, body: Json) => object;

const REVIEWS: Readonly<Record<string, Review>> = {
  SelfSubjectReview: ({ user }) => ({ userInfo: { username: user, groups: ['system:authenticated'] } }),
  SelfSubjectRulesReview: (asked, body) => rules(asked, body),
  SelfSubjectAccessReview: (asked, body) => decided(asked, asked.user, body),
  SubjectAccessReview: (asked, body) => decided(asked, textAt(body, 'spec', 'user'), body),
  LocalSubjectAccessReview: (asked, body) => decided(asked, textAt(body, 'spec', 'user'), body),
};
const READING = new Set(['get', 'list', 'watch']);

/** Who one is, whether somebody may do one thing, and all that one may. */
export async function answerReview(asked: Asked): Promise<void> {
  const body = (await readOptionalObject(asked.req)) ?? {};
  const { kind } = asked;
  const review = REVIEWS[kind.kind];
  if (review === undefined) throw noSuchPath();
  send(asked, 201, {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: { creationTimestamp: null },
    ...(body.spec === undefined ? {} : { spec: body.spec }),
    status: review(asked, body),
  });
}

function rules({ source, user }: Asked, body: Json): object {
  const namespace = textAt(body, 'spec', 'namespace') || undefined;
  const resourceRules = servedKinds(source).flatMap((kind) => {
    const verbs = kind.verbs.filter(
      (verb) => isPossible(source, verb) && (source.mayDo?.(user, verb, kind, namespace, undefined) ?? true),
    );
    const resources = [kind.resource, ...kind.subresources.map((each) => `${kind.resource}/${each}`)];
    return verbs.length === 0 ? [] : [{ verbs, apiGroups: [kind.group], resources }];
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

/** A source that takes no writes allows them to nobody. */
const isPossible = ({ write }: Asked['source'], verb: string): boolean => write !== undefined || READING.has(verb);

function decided(asked: Asked, user: string, body: Json): object {
  const verb = textAt(body, 'spec', 'resourceAttributes', 'verb');
  if (verb !== '' && !isPossible(asked.source, verb)) return { allowed: false, reason: asked.readOnlyBecause };
  return { allowed: mayThis(asked, user, body) };
}

function mayThis(asked: Asked, user: string, body: Json): boolean {
  const wish = at(body, 'spec', 'resourceAttributes');
  return isRecord(wish) ? isAllowed({ ...asked, user }, wish) : true;
}

/** `*` asks about every resource; a resource nobody serves is allowed, as an administrator's rules would say. */
function isAllowed({ source, user }: Asked, wish: unknown): boolean {
  if (source.mayDo === undefined) return true;
  const group = textAt(wish, 'group');
  const resource = textAt(wish, 'resource');
  const namespace = textAt(wish, 'namespace') || undefined;
  const name = textAt(wish, 'name') || undefined;
  return servedKinds(source)
    .filter((kind) => (group === '*' || kind.group === group) && (resource === '*' || kind.resource === resource))
    .every((kind) => source.mayDo?.(user, textAt(wish, 'verb'), kind, namespace, name) ?? true);
}
