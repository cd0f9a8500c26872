// A request for objects: which kind, may they, and who answers.
import { answerConnect } from '../below/connect.ts';
import { answerEviction } from '../below/eviction.ts';
import { below, type Subresource } from '../below/subresources.ts';
import { findResource, isReview } from '../kinds/find.ts';
import { isMetrics } from '../metrics/kinds.ts';
import { metricsSource } from '../metrics/metrics-source.ts';
import type { ResourceKind } from '../port.ts';
import { answerGet } from '../read/get.ts';
import { answerList } from '../read/list.ts';
import { answerLogs } from '../read/logs.ts';
import { answerWatch } from '../read/watch.ts';
import { forbidden, methodNotAllowed, noSuchPath } from '../status.ts';
import { storedAs } from '../views/views.ts';
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

const BELOW: Readonly<Record<Subresource, Answer | Partial<Record<Verb, Answer>>>> = {
  status: { get: answerGet, update: answerUpdate, patch: answerPatch },
  scale: answerScale,
  log: answerLogs,
  eviction: answerEviction,
  exec: answerConnect,
  attach: answerConnect,
  portforward: answerConnect,
  proxy: answerConnect,
};

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
  const { req } = exchange;
  const kind = findResource(exchange.source, path.group, path.version, path.resource);
  if (kind === undefined) throw noSuchPath();
  const source = isMetrics(kind) ? metricsSource(exchange.source) : exchange.source;
  if (path.namespace !== undefined && !kind.namespaced) throw noSuchPath();
  if (kind.namespaced && path.namespace === undefined && path.name !== undefined) throw noSuchPath();
  if (path.subresource !== undefined && !kind.subresources.some((each) => each === path.subresource))
    throw noSuchPath();
  const { namespace, name, subresource } = path;
  const shape = isShapeless(subresource) ? { shape: 'object' as const, yaml: false } : wanted(req.headers.accept);
  return { ...exchange, source, kind, stored: storedAs(source, kind), namespace, name, subresource, wanted: shape };
}

/** Logs are text, and streams that are refused are refused whatever they accept. */
const isShapeless = (subresource: string | undefined): boolean =>
  subresource !== undefined && ['log', 'exec', 'attach', 'portforward', 'proxy'].includes(subresource);

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
  const isBelow = subresource !== undefined && req.method === 'POST';
  const verb = isBelow ? 'create' : (name === undefined ? VERBS_OF_ALL : VERBS_OF_ONE)[req.method ?? 'GET'];
  if (verb === undefined) throw methodNotAllowed();
  const isWatch = isTrue(query.get('watch')) && subresource === undefined;
  return isWatch && (verb === 'list' || verb === 'get') ? 'watch' : verb;
}

function answerFor({ kind, subresource, namespace }: Asked, verb: Verb): Answer | undefined {
  if (subresource !== undefined) return answerBelow(kind, subresource, verb);
  if (!kind.verbs.includes(verb)) return undefined;
  if (isReview(kind)) return verb === 'create' ? answerReview : undefined;
  const needsNamespace =
    kind.namespaced && namespace === undefined && (verb === 'create' || verb === 'deletecollection');
  return needsNamespace ? undefined : ANSWERS[verb];
}

function answerBelow(kind: ResourceKind, name: string, verb: Verb): Answer | undefined {
  const subresource = kind.subresources.find((each) => each === name);
  if (subresource === undefined || !below(kind, subresource).verbs.includes(verb)) return undefined;
  const answer = BELOW[subresource];
  return typeof answer === 'function' ? answer : answer[verb];
}

/** Everybody may ask what they may. */
function refuseForbidden({ source, kind, namespace, name, subresource, user }: Asked, verb: Verb): void {
  if (isReview(kind) || source.mayDo === undefined) return;
  if (!source.mayDo(user, verb, kind, namespace, name)) throw forbidden(user, verb, kind, namespace, name, subresource);
}
