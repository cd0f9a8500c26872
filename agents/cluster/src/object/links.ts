// Relations an object states of itself: what it selects, routes to, mounts, scales, protects, and which Services it names.
// Ownership travels as the owner's uid and scheduling as the node's name; they need no link.

import { isRecord, type Json, recordAt, recordsAt, textAt, textsAt, valueAt } from '@mosaic/kat';
import type { Link, Selector } from '@mosaic/wire';
import { declaredByConfig, declaredByPod } from './declared.ts';

/** More than this of one object is cut: a map of it would be unreadable anyway. */
const MOST_LINKS = 128;

export function linksOf(object: Json, spec: Json | undefined): Link[] {
  const own = (rules[String(object.kind)] ?? none)(object);
  return [...own, ...(spec === undefined ? [] : ofPods(spec))].slice(0, MOST_LINKS);
}

/** By spec: a source that shares it between versions has it read once. */
const read = new WeakMap<object, readonly Link[]>();

function ofPods(spec: Json): readonly Link[] {
  const known = read.get(spec);
  if (known) return known;
  const links = [...mounts(spec), ...declaredByPod(spec)];
  read.set(spec, links);
  return links;
}

const none = (): Link[] => [];
const rules: Readonly<Record<string, (object: Json) => Link[]>> = {
  Service: (object) => selects('Pod', { matchLabels: recordAt(object, 'spec', 'selector') }),
  NetworkPolicy: (object) => selects('Pod', recordAt(object, 'spec', 'podSelector')),
  PodDisruptionBudget: (object) => protects(recordAt(object, 'spec', 'selector')),
  Ingress: ingressRoutes,
  HTTPRoute: gatewayRoutes,
  GRPCRoute: gatewayRoutes,
  TCPRoute: gatewayRoutes,
  TLSRoute: gatewayRoutes,
  HorizontalPodAutoscaler: (object) => scales(recordAt(object, 'spec', 'scaleTargetRef')),
  VerticalPodAutoscaler: (object) => scales(recordAt(object, 'spec', 'targetRef')),
  PersistentVolumeClaim: (object) =>
    named('mounts', 'PersistentVolume', textAt(object, 'spec', 'volumeName'), 'volume'),
  ConfigMap: (object) => declaredByConfig(recordAt(object, 'data')),
  ServiceMonitor: (object) => selects('Service', recordAt(object, 'spec', 'selector')),
};

const hasTerms = (selector: Json): boolean =>
  Object.keys(recordAt(selector, 'matchLabels')).length > 0 || recordsAt(selector, 'matchExpressions').length > 0;

/** The shape of a LabelSelector is the same on both sides; an empty one matches nothing here. */
const selects = (kind: string, selector: Json): Link[] =>
  hasTerms(selector) ? [{ relation: 'selects', kind, selector: selectorOf(selector) }] : [];

const protects = (selector: Json): Link[] =>
  hasTerms(selector) ? [{ relation: 'protects', kind: 'Pod', selector: selectorOf(selector) }] : [];

function selectorOf(selector: Json): Selector {
  const { matchLabels, matchExpressions } = selector;
  return {
    ...(isRecord(matchLabels) && { matchLabels }),
    ...(Array.isArray(matchExpressions) && { matchExpressions }),
  } as Selector; // as Kubernetes validated it
}

function named(relation: Link['relation'], kind: string, name: string | undefined, via: string): Link[] {
  return name === undefined ? [] : [{ relation, kind, name, via }];
}

function scales(target: Json): Link[] {
  const kind = textAt(target, 'kind');
  const name = textAt(target, 'name');
  return kind === undefined || name === undefined ? [] : [{ relation: 'scales', kind, name }];
}

function ingressRoutes(ingress: Json): Link[] {
  const ofRules = recordsAt(ingress, 'spec', 'rules').flatMap((rule) =>
    recordsAt(rule, 'http', 'paths').flatMap((path) =>
      toService(
        recordAt(path, 'backend', 'service'),
        `rule ${textAt(rule, 'host') ?? '*'}${textAt(path, 'path') ?? '/'}`,
      ),
    ),
  );
  const fallback = toService(recordAt(ingress, 'spec', 'defaultBackend', 'service'), 'default backend');
  const certificates = recordsAt(ingress, 'spec', 'tls').flatMap((tls) =>
    named('mounts', 'Secret', textAt(tls, 'secretName'), `tls ${textsAt(tls, 'hosts').join(' ')}`),
  );
  return [...ofRules, ...fallback, ...certificates];
}

function toService(service: Json, via: string): Link[] {
  const name = textAt(service, 'name');
  const port = valueAt(service, 'port', 'number');
  if (name === undefined) return [];
  return [{ relation: 'routes', kind: 'Service', name, ...(typeof port === 'number' && { port }), via }];
}

function gatewayRoutes(route: Json): Link[] {
  const hosts = textsAt(route, 'spec', 'hostnames').join(' ') || '*';
  const gateways = recordsAt(route, 'spec', 'parentRefs').flatMap((parent) =>
    named('routes', textAt(parent, 'kind') ?? 'Gateway', textAt(parent, 'name'), 'parent'),
  );
  const backends = recordsAt(route, 'spec', 'rules').flatMap((rule) =>
    recordsAt(rule, 'backendRefs').flatMap((backend): Link[] => {
      const name = textAt(backend, 'name');
      if (name === undefined) return [];
      const { port } = backend;
      const namespace = textAt(backend, 'namespace');
      const about = { ...(namespace && { namespace }), ...(typeof port === 'number' && { port }) };
      return [{ relation: 'routes', kind: textAt(backend, 'kind') ?? 'Service', name, ...about, via: `rule ${hosts}` }];
    }),
  );
  return [...backends, ...gateways];
}

/** Volumes, envFrom and valueFrom of a pod's spec; each target once, by where it was read first. */
function mounts(spec: Json): Link[] {
  const found = new Map<string, Link>();
  const add = (kind: string, name: string | undefined, via: string): void => {
    if (name !== undefined && !found.has(`${kind}/${name}`)) {
      found.set(`${kind}/${name}`, { relation: 'mounts', kind, name, via });
    }
  };
  for (const volume of recordsAt(spec, 'volumes')) mountsOfVolume(volume, add);
  for (const container of [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')]) {
    for (const from of recordsAt(container, 'envFrom')) {
      add('ConfigMap', textAt(from, 'configMapRef', 'name'), 'envFrom');
      add('Secret', textAt(from, 'secretRef', 'name'), 'envFrom');
    }
    for (const env of recordsAt(container, 'env')) {
      add('ConfigMap', textAt(env, 'valueFrom', 'configMapKeyRef', 'name'), `env ${textAt(env, 'name') ?? ''}`);
      add('Secret', textAt(env, 'valueFrom', 'secretKeyRef', 'name'), `env ${textAt(env, 'name') ?? ''}`);
    }
  }
  for (const secret of recordsAt(spec, 'imagePullSecrets')) add('Secret', textAt(secret, 'name'), 'image pull');
  return [...found.values()];
}

/** Made by the control plane in every namespace and mounted by every pod: an edge to it says nothing. */
const ROOT_CA = 'kube-root-ca.crt';

function mountsOfVolume(volume: Json, add: (kind: string, name: string | undefined, via: string) => void): void {
  const via = `volume ${textAt(volume, 'name') ?? ''}`;
  add('ConfigMap', textAt(volume, 'configMap', 'name'), via);
  add('Secret', textAt(volume, 'secret', 'secretName'), via);
  add('PersistentVolumeClaim', textAt(volume, 'persistentVolumeClaim', 'claimName'), via);
  for (const source of recordsAt(volume, 'projected', 'sources')) {
    const config = textAt(source, 'configMap', 'name');
    if (config !== ROOT_CA) add('ConfigMap', config, via);
    add('Secret', textAt(source, 'secret', 'name'), via);
  }
}
