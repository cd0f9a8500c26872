// Pods and Services by the names that spans tell: a pod by its own, a Service as DNS has it inside a cluster.

import type { Slim } from '@mosaic/wire';
import type { Objects } from '../owners.ts';

export interface ByName {
  /** Those of that name over the minute: one, unless it went and came again. */
  pods(namespace: string, name: string): readonly Slim[];
  /** `cart` (as the caller's namespace has it), `cart.shop`, `cart.shop.svc`, `cart.shop.svc.cluster.local`; in any case, with a last dot. */
  service(dns: string, namespace: string): Slim | undefined;
  /** A StatefulSet's pod as its governing Service names it: `db-0.db.shop.svc`. */
  member(dns: string): Slim | undefined;
}

const kept = new WeakMap<Objects, ByName>();

/** O(objects) at the first name; a cluster without spans never pays. */
export function byName(objects: Objects): ByName {
  const names = kept.get(objects) ?? namesIn(objects);
  kept.set(objects, names);
  return names;
}

function namesIn(objects: Objects): ByName {
  const of = (kind: string) =>
    Map.groupBy(
      [...objects.values()].filter((slim) => slim.kind === kind),
      ({ namespace, name }) => `${name}.${namespace}`,
    );
  const [pods, services] = [of('Pod'), of('Service')];
  return {
    pods: (namespace, name) => pods.get(`${name}.${namespace}`) ?? [],
    service(dns, own) {
      const [name, namespace = own, ...rest] = labelsOf(dns);
      return isOfCluster(rest) ? services.get(`${name}.${namespace}`)?.[0] : undefined;
    },
    member(dns) {
      const [name, service, namespace, ...rest] = labelsOf(dns);
      const isTold = rest[0] === 'svc' && isOfCluster(rest) && services.has(`${service}.${namespace}`);
      const [pod, ...others] = isTold ? (pods.get(`${name}.${namespace}`) ?? []) : [];
      return others.length === 0 ? pod : undefined;
    },
  };
}

const labelsOf = (dns: string): string[] => dns.toLowerCase().replace(/\.$/, '').split('.');

/** Nothing, `svc`, or `svc` and the cluster's own domain, whatever that is. */
const isOfCluster = ([svc]: readonly string[]): boolean => svc === undefined || svc === 'svc';
