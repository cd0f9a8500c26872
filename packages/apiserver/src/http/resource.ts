// A request for objects: which kind, may they, and who answers.
import { findResource, isReview, storedAs } from '../kinds/find.ts';
import type { ResourceKind } from '../port.ts';
import { answerGet } from '../read/get.ts';
import { answerList } from '../read/list.ts';
import { answerLogs } from '../read/logs.ts';
import { answerWatch } from '../read/watch.ts';
import { forbidden, methodNotAllowed, noSuchPath } from '../status.ts';
import { answerReview } from '../write/access-review.ts';
import { answerCreate } from '../write/create.ts';
import { answerPatch } from '../write/patch.ts';
import { answerRemove, answerRemoveAll } from '../write/remove.ts';
import { answerScale } from '../write/scale.ts';
import { answerUpdate } from '../write/update.ts';
import { wanted } from './accept.ts';
import { type Asked, type Exchange, isTrue } from './asked.ts';
import type { ResourcePath } from './path.ts';

type Verb = ResourceKind['verbs'][number];
type Answer = (asked: Asked) => Promise<void>;

const ANSWERS: Readonly<Record<Verb, Answer>> = {
  get: answerGet,
  list: answerList,
  watch: answerWatch,
  create: answerCreate,
  update: answerUpdate,
  patch: answerPatch,
  delete: answerRemove,
  deletecollection: answerRemoveAll,
};

const BELOW_STATUS: Partial<Record<Verb, Answer>> = { get: answerGet, update: answerUpdate, patch: answerPatch };
const BELOW_SCALE: Partial<Record<Verb, Answer>> = { get: answerScale, update: answerScale, patch: answerScale };
const BELOW_LOG: Partial<Record<Verb, Answer>> = { get: answerLogs };

export async function answerResource(exchange: Exchange, path: ResourcePath): Promise<void> {
  const asked = understood(exchange, path);
  const verb = verbOf(asked);
  const answer = answerFor(asked, verb);
  if (answer === undefined) throw methodNotAllowed();
  refuseForbidden(asked, verb);
  await answer(asked);
}

/** Throws 404 for a resource nobody serves, or one asked for in the wrong scope. */
function understood(exchange: Exchange, path: ResourcePath): Asked {
  const { source, req } = exchange;
  const kind = findResource(source, path.group, path.version, path.resource);
  if (kind === undefined) throw noSuchPath();
  if (path.namespace !== undefined && !kind.namespaced) throw noSuchPath();
  if (kind.namespaced && path.namespace === undefined && path.name !== undefined) throw noSuchPath();
  if (path.subresource !== undefined && !kind.subresources.some((each) => each === path.subresource))
    throw noSuchPath();
  const { namespace, name, subresource } = path;
  const shape = subresource === 'log' ? { shape: 'object' as const, yaml: false } : wanted(req.headers.accept);
  return { ...exchange, kind, stored: storedAs(source, kind), namespace, name, subresource, wanted: shape };
}

const VERBS_OF_ONE: Readonly<Record<string, Verb>> = {
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
const VERBS_OF_ALL: Readonly<Record<string, Verb>> = {
  GET: 'list',
  HEAD: 'list',
  POST: 'create',
  DELETE: 'deletecollection',
};

function verbOf({ req, name, query, subresource }: Asked): Verb {
  const verb = (name === undefined ? VERBS_OF_ALL : VERBS_OF_ONE)[req.method ?? 'GET'];
  if (verb === undefined) throw methodNotAllowed();
  const isWatch = isTrue(query.get('watch')) && subresource === undefined;
  return isWatch && (verb === 'list' || verb === 'get') ? 'watch' : verb;
}

function answerFor({ kind, subresource, namespace }: Asked, verb: Verb): Answer | undefined {
  if (subresource === 'status') return BELOW_STATUS[verb];
  if (subresource === 'scale') return BELOW_SCALE[verb];
  if (subresource === 'log') return BELOW_LOG[verb];
  if (!kind.verbs.includes(verb)) return undefined;
  if (isReview(kind)) return verb === 'create' ? answerReview : undefined;
  const needsNamespace =
    kind.namespaced && namespace === undefined && (verb === 'create' || verb === 'deletecollection');
  return needsNamespace ? undefined : ANSWERS[verb];
}

/** Everybody may ask what they may. */
function refuseForbidden({ source, kind, namespace, name, subresource, user }: Asked, verb: Verb): void {
  if (isReview(kind) || source.mayDo === undefined) return;
  if (!source.mayDo(user, verb, kind, namespace, name)) throw forbidden(user, verb, kind, namespace, name, subresource);
}
