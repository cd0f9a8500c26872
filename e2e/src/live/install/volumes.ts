// Volumes for a node without a provisioner: local ones, made beforehand, of a class that is the default. Unlike a hostPath such a volume becomes its
// pod's group's, as a disk in a cloud does.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kubectl } from '../../journey/kubectl.ts';

/** Goes with the node. */
const FOLDER = '/var/lib/mosaic-dev-node/volumes';
const CLASS = 'local';

/** As large as the values ask for, on paper. */
export async function localVolumes(kubectl: Kubectl, count: number): Promise<void> {
  const storageClass = {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'kubernetes.io/no-provisioner' },
    metadata: { name: CLASS, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    volumeBindingMode: 'WaitForFirstConsumer',
  };
  const items = [storageClass, ...Array.from({ length: count }, (_, index) => volume(index))];
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

function volume(index: number): unknown {
  const path = join(FOLDER, String(index));
  mkdirSync(path, { recursive: true });
  const here = { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] };
  return {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `local-${index}` } },
    spec: {
      ...{ capacity: { storage: '200Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: CLASS, local: { path } },
      persistentVolumeReclaimPolicy: 'Retain',
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [here] }] } },
    },
  };
}
