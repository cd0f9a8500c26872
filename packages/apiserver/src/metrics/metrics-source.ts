// NodeMetrics and PodMetrics as a source of objects: made of a source's pods and nodes and of what it measured of them, kept nowhere.
import type { Json } from '../json.ts';
import { findKind } from '../kinds/find.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import type { KubeObject, Measured, ObjectSource, ResourceKind, Usage } from '../port.ts';
import { noSuchPath } from '../status.ts';

/** Reading only. What was not measured (yet) is not listed: a pod just started has no usage. Throws 404 when the source measures nothing. */
export function metricsSource(source: ObjectSource): ObjectSource {
  return {
    now: () => source.now(),
    version: () => source.version(),
    kinds: () => source.kinds(),
    currentVersion: () => source.currentVersion(),
    warning: () => source.warning?.(),
    async get(kind, namespace, name) {
      const object = await source.get(measuredKind(source, kind), namespace, name);
      const [metrics] = object === undefined ? [] : await measured(source, kind, [object]);
      return metrics;
    },
    async list(kind, namespace, resourceVersion) {
      const listing = await source.list(measuredKind(source, kind), namespace, resourceVersion);
      return { ...listing, items: await measured(source, kind, listing.items) };
    },
  };
}

function measuredKind(source: ObjectSource, kind: ResourceKind): ResourceKind {
  const found = findKind(source, '', kind.kind === 'NodeMetrics' ? 'Node' : 'Pod');
  if (found === undefined) throw noSuchPath();
  return found;
}

async function measured(
  { usage }: ObjectSource,
  kind: ResourceKind,
  objects: readonly KubeObject[],
): Promise<readonly KubeObject[]> {
  if (usage === undefined) throw noSuchPath();
  if (kind.kind === 'NodeMetrics') {
    const readings = await usage.nodes(objects);
    return joined(kind, objects, readings, (reading) => ({ usage: amounts(reading) }));
  }
  const readings = await usage.pods(objects);
  return joined(kind, objects, readings, ({ containers }) => ({
    containers: containers.map((each) => ({ name: each.name, usage: amounts(each) })),
  }));
}

function joined<T extends Measured>(
  kind: ResourceKind,
  objects: readonly KubeObject[],
  readings: readonly (T | undefined)[],
  fields: (reading: T) => Json,
): readonly KubeObject[] {
  return objects.flatMap((object, i) => {
    const reading = readings[i];
    return reading === undefined ? [] : [metricsOf(kind, object, reading, fields(reading))];
  });
}

function metricsOf(kind: ResourceKind, { metadata }: KubeObject, reading: Measured, fields: Json): KubeObject {
  const { name, namespace, labels } = metadata;
  const timestamp = `${new Date(reading.at).toISOString().slice(0, 19)}Z`;
  const own = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    creationTimestamp: timestamp,
  };
  const window = `${reading.windowMs / 1000}s`;
  // Measurements have neither uid nor version, as those of a real metrics-server; nothing that reads them asks for either.
  return {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata: own,
    timestamp,
    window,
    ...fields,
  } as unknown as KubeObject;
}

/** As metrics-server writes them: nanocores and kibibytes. */
const amounts = ({ cpuNanocores, memoryBytes }: Usage): Json => ({
  cpu: cpuNanocores === 0 ? '0' : `${Math.round(cpuNanocores)}n`,
  memory: `${Math.ceil(memoryBytes / 1024)}Ki`,
});
