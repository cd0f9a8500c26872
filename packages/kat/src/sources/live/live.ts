// The Kubernetes API as a source: any kind as JSON, CRDs included.

import type { Readable } from 'node:stream';
import { isRecord, type Manifest, numberAt, recordsAt, textAt } from '../../manifest.ts';
import {
  apiVersionOf,
  type ListOptions,
  type ListPage,
  type LiveSource,
  type LogOptions,
  type ResourceType,
  type ServerVersion,
  type WatchEvent,
  type WatchOptions,
} from '../source.ts';
import { type ConfigOptions, contextOf, loadConfig } from './config.ts';
import { discover, rootOf } from './discovery.ts';
import { type Asked, errorOf, KubeError, Unreachable } from './errors.ts';
import { executed } from './exec.ts';
import { type Http, http } from './http.ts';
import { linesOf } from './lines.ts';

/** A watched object: etcd holds 1.5 MiB, JSON of it may be some times that. */
const MOST_LINE_BYTES = 8 * 1024 * 1024;
const MOST_LOG_LINE_BYTES = 1024 * 1024;
const VERSION_WITHIN_MS = 5_000;
const NOT_FOUND = 404;

/** Nothing is read or contacted before the first question. */
export function live(options: ConfigOptions = {}): LiveSource {
  let loading: ReturnType<typeof loadConfig> | undefined;
  const config = () => {
    loading ??= loadConfig(options);
    return loading;
  };
  const web = http(config);
  return {
    ...reading(web),
    ...writing(web),
    async context() {
      const loaded = await config();
      return contextOf(loaded, loaded.getCurrentContext());
    },
    podExec: async (namespace, pod, container, command) => {
      return executed(await config(), { namespace, pod, container }, command);
    },
    close: web.close,
  };
}

/** Whether the cluster answers within `withinMs`. Never throws. */
export async function isReachable(options: ConfigOptions, withinMs = 2_000): Promise<boolean> {
  const source = http(() => loadConfig(options));
  try {
    await source.json({ path: '/version', withinMs, asked: { verb: 'get', group: '', resource: 'version' } });
    return true;
  } catch (error) {
    return error instanceof KubeError && error.status > 0; // it answered, be it to refuse
  } finally {
    source.close();
  }
}

function reading(
  web: Http,
): Pick<LiveSource, 'version' | 'kubeSystemUid' | 'resources' | 'list' | 'watch' | 'get' | 'podLogs' | 'podAnswer'> {
  const get = async (
    type: ResourceType,
    namespace: string | undefined,
    name: string,
  ): Promise<Manifest | undefined> => {
    try {
      return manifestOf(
        await web.json({ path: pathOf(type, namespace, name), asked: askedFor('get', type, namespace) }),
        type,
      );
    } catch (error) {
      if (error instanceof KubeError && error.status === NOT_FOUND) return undefined;
      throw error;
    }
  };
  return {
    async version() {
      const asked = { verb: 'get', group: '', resource: 'version' };
      const answer = await web.json({ path: '/version', withinMs: VERSION_WITHIN_MS, asked });
      const { major = '', minor = '', gitVersion = '' } = answer as Partial<ServerVersion>; // as every API server answers
      return { major, minor, gitVersion };
    },
    async kubeSystemUid() {
      try {
        return (await get(NAMESPACES, undefined, 'kube-system'))?.metadata.uid;
      } catch (error) {
        if (error instanceof KubeError && error.status === 403) return undefined;
        throw error;
      }
    },
    resources: () => discover(web),
    list: async (type, list = {}) => pageOf(await web.json(listQuestion(type, list)), type),
    watch: (type, watch) => watched(web, type, watch),
    get,
    podLogs: (namespace, pod, logs = {}) => logged(web, namespace, pod, logs),
    async podAnswer(namespace, pod, port, path) {
      const asked = { verb: 'get', group: '', resource: 'pods/proxy', namespace };
      const names = [namespace, `${pod}:${port}`].map(encodeURIComponent);
      const proxy = `/api/v1/namespaces/${names[0]}/pods/${names[1]}/proxy${path}`;
      const body = await web.stream({ path: proxy, accept: '*/*', withinMs: VERSION_WITHIN_MS, asked });
      return (await Array.fromAsync(linesOf(body, MOST_LOG_LINE_BYTES))).join('\n');
    },
  };
}

export const NAMESPACES: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  resource: 'namespaces',
  namespaced: false,
  verbs: ['get', 'list', 'watch'],
};

const askedFor = (verb: string, { group, resource }: ResourceType, namespace: string | undefined): Asked => ({
  verb,
  group,
  resource,
  ...(namespace !== undefined && { namespace }),
});

function pathOf({ group, version, resource, namespaced }: ResourceType, namespace?: string, name?: string): string {
  const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${rootOf(group, version)}${scope}/${resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

const listQuestion = (type: ResourceType, options: ListOptions) => ({
  path: pathOf(type, options.namespace),
  query: {
    limit: options.limit,
    continue: options.continue,
    resourceVersion: options.resourceVersion,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
  },
  asked: askedFor('list', type, options.namespace),
  signal: options.signal,
});

function pageOf(answer: unknown, type: ResourceType): ListPage {
  const next = textAt(answer, 'metadata', 'continue');
  return {
    items: recordsAt(answer, 'items').flatMap((item) => manifestOf(item, type) ?? []),
    resourceVersion: textAt(answer, 'metadata', 'resourceVersion') ?? '',
    ...(next !== undefined && { continue: next }),
  };
}

/** With its apiVersion and kind in front; undefined for what is no object. */
function manifestOf(value: unknown, type: ResourceType): Manifest | undefined {
  if (!isRecord(value) || !isRecord(value.metadata) || typeof value.metadata.name !== 'string') return undefined;
  const { apiVersion = apiVersionOf(type), kind = type.kind, metadata, ...rest } = value;
  return { apiVersion, kind, metadata, ...rest } as unknown as Manifest; // checked above; other fields are read without trust
}

async function* watched(web: Http, type: ResourceType, options: WatchOptions): AsyncGenerator<WatchEvent> {
  const asked = askedFor('watch', type, options.namespace);
  const question = {
    path: pathOf(type, options.namespace),
    query: {
      watch: true,
      resourceVersion: options.resourceVersion,
      allowWatchBookmarks: options.bookmarks ?? true,
      timeoutSeconds: options.timeoutSeconds,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
    },
    asked,
    signal: options.signal,
  };
  let body: Readable | undefined;
  try {
    body = await web.stream(question);
    yield { type: 'OPEN' };
    for await (const line of linesOf(body, MOST_LINE_BYTES)) {
      const event = line === '' ? undefined : eventOf(line, type, asked);
      if (event) yield event;
    }
  } catch (cause) {
    if (options.signal?.aborted) return;
    if (cause instanceof KubeError) throw cause;
    throw new Unreachable(`the watch of ${asked.resource} broke off`, 0, 'Unreachable', { cause });
  } finally {
    body?.destroy();
  }
}

function eventOf(line: string, type: ResourceType, asked: Asked): WatchEvent | undefined {
  const { type: what, object } = JSON.parse(line) as { readonly type?: unknown; readonly object?: unknown }; // read without trust below
  if (what === 'ERROR') throw errorOf(numberAt(object, 'code') ?? 500, isRecord(object) ? object : {}, asked);
  if (what === 'BOOKMARK') return { type: what, resourceVersion: textAt(object, 'metadata', 'resourceVersion') ?? '' };
  const manifest = manifestOf(object, type);
  if (manifest === undefined || (what !== 'ADDED' && what !== 'MODIFIED' && what !== 'DELETED')) return undefined;
  return { type: what, object: manifest };
}

async function* logged(web: Http, namespace: string, pod: string, options: LogOptions): AsyncGenerator<string> {
  const body = await web.stream({
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
    query: {
      container: options.container,
      previous: options.previous,
      tailLines: options.tail,
      sinceSeconds: options.sinceSeconds,
      sinceTime: options.sinceTime,
      follow: options.follow,
      timestamps: options.timestamps,
      limitBytes: options.limitBytes,
    },
    accept: '*/*',
    asked: { verb: 'get', group: '', resource: 'pods/log', namespace },
    signal: options.signal,
  });
  try {
    yield* linesOf(body, MOST_LOG_LINE_BYTES);
  } catch (cause) {
    if (!options.signal?.aborted) throw cause;
  } finally {
    body.destroy();
  }
}

const PATCHES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

function writing(web: Http): Pick<LiveSource, 'create' | 'review' | 'replace' | 'apply' | 'patch' | 'remove'> {
  const written = (answer: unknown, type: ResourceType): Manifest => {
    const manifest = manifestOf(answer, type);
    if (manifest === undefined) throw new KubeError(`the answer is no ${type.kind}`, 200, 'Unexpected');
    return manifest;
  };
  const by = { fieldManager: 'mosaic' };
  return {
    async create(type, object) {
      const { namespace } = object.metadata;
      const question = { method: 'POST', path: pathOf(type, namespace), query: by, body: object } as const;
      return written(await web.json({ ...question, asked: askedFor('create', type, namespace) }), type);
    },
    async review(type, spec) {
      const body = { apiVersion: apiVersionOf(type), kind: type.kind, spec };
      const answer = await web.json({
        method: 'POST',
        path: pathOf(type),
        body,
        asked: askedFor('create', type, undefined),
      });
      return isRecord(answer) ? answer.status : undefined;
    },
    async replace(type, object) {
      const { namespace, name } = object.metadata;
      const question = { method: 'PUT', path: pathOf(type, namespace, name), query: by, body: object } as const;
      return written(await web.json({ ...question, asked: askedFor('update', type, namespace) }), type);
    },
    async apply(type, object, { dryRun = false, force = false } = {}) {
      const { namespace, name } = object.metadata;
      const query = { ...by, force, ...(dryRun && { dryRun: 'All' }) };
      const question = { method: 'PATCH', path: pathOf(type, namespace, name), query, body: object } as const;
      const asked = askedFor('patch', type, namespace);
      return written(await web.json({ ...question, contentType: 'application/apply-patch+yaml', asked }), type); // JSON is YAML
    },
    async patch(type, namespace, name, patch, how = 'merge') {
      const question = { method: 'PATCH', path: pathOf(type, namespace, name), query: by, body: patch } as const;
      const asked = askedFor('patch', type, namespace);
      return written(await web.json({ ...question, contentType: PATCHES[how], asked }), type);
    },
    async remove(type, namespace, name, { uid, propagation } = {}) {
      const asked = askedFor('delete', type, namespace);
      const body = {
        ...{ apiVersion: 'v1', kind: 'DeleteOptions' },
        ...(uid !== undefined && { preconditions: { uid } }),
        ...(propagation !== undefined && { propagationPolicy: propagation }),
      };
      const isPlain = uid === undefined && propagation === undefined;
      const path = pathOf(type, namespace, name);
      await web.json({ method: 'DELETE', path, asked, ...(!isPlain && { body }) });
    },
  };
}
