// The Kubernetes API over a source of objects, as a node:http request listener.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { servedKinds } from '../metrics/kinds.ts';
import { openApiDocument, openApiIndex } from '../openapi/document.ts';
import { openApiV2 } from '../openapi/second.ts';
import type { ObjectSource } from '../port.ts';
import { noSuchPath, notAcceptable, statusOf } from '../status.ts';
import { mediaRanges } from './accept.ts';
import type { Exchange, Limits } from './asked.ts';
import { answerDiscovery, versionDocument } from './discovery.ts';
import { resourcePath, segmentsOf } from './path.ts';
import { answerResource } from './resource.ts';
import { send, sendText } from './respond.ts';

export interface ApiOptions extends Partial<Limits> {
  /** What the paths begin with, without a slash at the end: `/at/2026-11-20T03:12:00Z/eu-1`. */
  readonly prefix?: string;
  /** Who asks. Default: the `Impersonate-User` header, else `kubernetes-admin`; give your own wherever it is not only you who can connect. */
  readonly userOf?: (req: IncomingMessage) => string;
  /** Said to those who write to a source that takes none. */
  readonly readOnlyBecause?: string;
}

const LIMITS: Limits = { bookmarkEveryMs: 30_000, mostWaiting: 20_000, patienceMs: 60_000, mostWatchers: 1_000 };
const DEFAULT_USER = 'kubernetes-admin';
const READ_ONLY = 'this API is read-only: it shows objects and cannot change them';

/** Whose objects a request asks about, and how much of its path says so. */
export interface Place {
  readonly source: ObjectSource;
  /** What stands before `/api`, without a slash at the end. */
  readonly prefix: string;
  readonly readOnlyBecause?: string;
}

/** For a face that shows many clusters or moments: path as sent, without its query. A StatusError it throws is the answer: 401, 404, 410. */
export type PlaceOf = (path: string, req: IncomingMessage) => Place | Promise<Place>;

/** Everything kubectl and client libraries ask of an API server, answered from a source, or from the one a request's place names. Never throws; failures are Statuses. */
export function apiHandler(
  source: ObjectSource | PlaceOf,
  options: ApiOptions = {},
): (req: IncomingMessage, res: ServerResponse) => void {
  const { prefix = '', userOf = impersonated, readOnlyBecause = READ_ONLY } = options;
  const limits = { ...LIMITS, ...definedOf(options) };
  const watchers = { open: 0 };
  const placeOf: PlaceOf = typeof source === 'function' ? source : () => ({ source, prefix });
  return (req, res) => {
    const { path, query } = urlOf(req.url ?? '/');
    const answered = async () => {
      const place = await placeOf(path, req);
      const because = place.readOnlyBecause ?? readOnlyBecause;
      const common = { req, res, query, user: userOf(req), limits, watchers };
      if (!path.startsWith(place.prefix)) throw noSuchPath();
      await answer({ ...common, source: place.source, readOnlyBecause: because }, path.slice(place.prefix.length));
    };
    answered().catch((error: unknown) => fail(req, res, error));
  };
}

function urlOf(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

const LIMIT_NAMES = ['bookmarkEveryMs', 'mostWaiting', 'patienceMs', 'mostWatchers'] as const;

const definedOf = (options: ApiOptions): Partial<Limits> =>
  Object.fromEntries(LIMIT_NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));

const impersonated = (req: IncomingMessage): string => {
  const name = req.headers['impersonate-user'];
  return typeof name === 'string' && name !== '' ? name : DEFAULT_USER;
};

function fail(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  const { code, body, retryAfterSeconds } = statusOf(error);
  if (code === 413) res.setHeader('connection', 'close');
  if (retryAfterSeconds !== undefined) res.setHeader('retry-after', String(retryAfterSeconds));
  send({ req, res }, code, body);
}

const HEALTH = new Set(['healthz', 'livez', 'readyz']);

async function answer(exchange: Exchange, path: string): Promise<void> {
  const segments = segmentsOf(path);
  const [root = ''] = segments;
  if (root === 'api' || root === 'apis') await answerApi(exchange, segments);
  else if (HEALTH.has(root)) sendText(exchange, 200, 'text/plain; charset=utf-8', 'ok');
  else if (root === 'version' && segments.length === 1) send(exchange, 200, versionDocument(exchange.source));
  else if (root === 'openapi') answerOpenApi(exchange, segments);
  else if (root === '') send(exchange, 200, { paths: rootPaths(exchange.source) });
  else throw noSuchPath();
}

async function answerApi(exchange: Exchange, segments: readonly string[]): Promise<void> {
  const path = resourcePath(segments);
  if (path !== undefined) return answerResource(exchange, path);
  if (exchange.req.method !== 'GET' && exchange.req.method !== 'HEAD') throw noSuchPath();
  if (!answerDiscovery(exchange, segments)) throw noSuchPath();
}

function answerOpenApi(exchange: Exchange, [, version, ...place]: readonly string[]): void {
  const document =
    version === 'v3' ? thirdVersion(exchange, place) : place.length === 0 ? secondVersion(exchange) : undefined;
  if (document === undefined) throw noSuchPath();
  send(exchange, 200, document);
}

const thirdVersion = ({ source }: Exchange, place: readonly string[]): object | undefined =>
  place.length === 0 ? openApiIndex(source) : openApiDocument(source, place.join('/'));

/** As protobuf it is not made: clients that want only that fall back to what they know themselves. */
function secondVersion({ source, req }: Exchange): object {
  const isJson = mediaRanges(req.headers.accept).some(({ type }) => type === 'application/json' || type === '*/*');
  if (!isJson) throw notAcceptable('application/json');
  return openApiV2(source);
}

function rootPaths(source: ObjectSource): readonly string[] {
  const groups = servedKinds(source).flatMap(({ group, version }) =>
    group === '' ? [] : [`/apis/${group}`, `/apis/${group}/${version}`],
  );
  const fixed = ['/api', '/api/v1', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];
  return [...new Set([...fixed, ...groups])].sort();
}
