// What a container finds in its environment: values, ConfigMap and Secret keys, and which references lead nowhere.

import type { Sim } from './sim.ts';
import type { Container, EnvVar, Pod } from './types.ts';

export interface Environment {
  readonly values: Readonly<Record<string, string>>;
  /** `configmap "x" not found`, in the kubelet's words. */
  readonly missing?: string;
}

export function environmentOf(sim: Sim, namespace: string, container: Container): Environment {
  const values: Record<string, string> = {};
  let missing: string | undefined;
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    const ref = configMapRef ?? secretRef;
    const table = configMapRef ? 'ConfigMap' : 'Secret';
    const source = ref && sim.world.get(table, namespace, ref.name);
    if (source) Object.assign(values, source.data);
    else if (ref && !ref.optional) missing ??= `${table.toLowerCase()} "${ref.name}" not found`;
  }
  for (const variable of container.env ?? []) {
    const found = readVariable(sim, namespace, variable);
    if ('missing' in found) missing ??= found.missing;
    else values[variable.name] = found.value;
  }
  return { values, ...(missing !== undefined && { missing }) };
}

function readVariable(
  sim: Sim,
  namespace: string,
  { value, valueFrom }: EnvVar,
): { value: string } | { missing: string } {
  const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
  if (ref === undefined) return { value: value ?? '' };
  const table = valueFrom?.configMapKeyRef ? 'ConfigMap' : 'Secret';
  const source = sim.world.get(table, namespace, ref.name);
  if (source?.data?.[ref.key] !== undefined || ref.optional) return { value: source?.data?.[ref.key] ?? '' };
  if (source === undefined) return { missing: `${table.toLowerCase()} "${ref.name}" not found` };
  return { missing: `couldn't find key ${ref.key} in ${table} ${namespace}/${ref.name}` };
}

/** The first volume whose ConfigMap or Secret is not there. */
export function missingVolume(sim: Sim, pod: Pod): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  for (const { name, configMap, secret } of pod.spec.volumes ?? []) {
    if (configMap && !configMap.optional && !sim.world.get('ConfigMap', namespace, configMap.name))
      return `MountVolume.SetUp failed for volume "${name}" : configmap "${configMap.name}" not found`;
    if (secret && !secret.optional && !sim.world.get('Secret', namespace, secret.secretName))
      return `MountVolume.SetUp failed for volume "${name}" : secret "${secret.secretName}" not found`;
  }
  return undefined;
}

/** Files of the ConfigMaps a pod mounts, as one record. */
export function mountedConfig(sim: Sim, pod: Pod): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { configMap } of pod.spec.volumes ?? [])
    if (configMap)
      Object.assign(values, sim.world.get('ConfigMap', pod.metadata.namespace ?? '', configMap.name)?.data);
  return values;
}
