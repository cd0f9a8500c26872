// Volume claims get a volume; namespaces get their default account and certificates; CRDs are accepted.

import { hash32 } from '@mosaic/wire';
import { say } from '../events.ts';
import { type Controller, isLeaving, itself, type Sim } from '../sim.ts';
import type { Claim, Definition } from '../types.ts';
import { createBy, statusBy, withMeta } from '../writing.ts';

export const claims: Controller = {
  reconcile: { claim: bindClaim, 'namespace-defaults': furnish, definition: accept, volume: release },
  react: {
    PersistentVolumeClaim: (sim, change) => {
      itself('claim')(sim, change);
      const volume = (change.object as Claim).spec.volumeName; // reactions of the claim table
      if (change.type === 'DELETED' && volume !== undefined) sim.touch('volume', '', volume);
    },
    Namespace: (sim, change) => {
      if (change.type === 'ADDED') itself('namespace-defaults')(sim, change);
      else if (isLeaving(change.object)) itself('namespace')(sim, change);
    },
    CustomResourceDefinition: itself('definition'),
  },
};

function bindClaim(sim: Sim, namespace: string, name: string) {
  const claim = sim.world.get('PersistentVolumeClaim', namespace, name);
  if (claim === undefined || isLeaving(claim) || claim.status?.phase === 'Bound') return;
  const className = claim.spec.storageClassName ?? 'standard';
  if (sim.world.get('StorageClass', '', className) === undefined) return lost(sim, claim, className);
  const volume = `pvc-${claim.metadata.uid}`;
  if (sim.world.get('PersistentVolume', '', volume) === undefined) createVolume(sim, claim, volume, className);
  const capacity = claim.spec.resources?.requests ?? {};
  const status = { phase: 'Bound', accessModes: claim.spec.accessModes, capacity };
  sim.world.update({ ...claim, spec: { ...claim.spec, storageClassName: className, volumeName: volume }, status });
  say(sim, {
    about: claim,
    reason: 'ProvisioningSucceeded',
    message: `Successfully provisioned volume ${volume}`,
    from: 'persistentvolume-controller',
  });
}

function lost(sim: Sim, claim: Claim, className: string): void {
  const message = `storageclass.storage.k8s.io "${className}" not found`;
  say(sim, {
    about: claim,
    type: 'Warning',
    reason: 'ProvisioningFailed',
    message,
    from: 'persistentvolume-controller',
  });
}

function createVolume(sim: Sim, claim: Claim, name: string, className: string): void {
  createBy(sim, 'kube-controller-manager', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': 'csi.playground.mosaic.dev' } },
    spec: {
      capacity: claim.spec.resources?.requests ?? {},
      accessModes: claim.spec.accessModes ?? ['ReadWriteOnce'],
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name: claim.metadata.name,
        namespace: claim.metadata.namespace,
        uid: claim.metadata.uid,
      },
      csi: { driver: 'csi.playground.mosaic.dev', volumeHandle: `vol-${hash32(name).toString(16)}` },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: className,
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Bound' },
  });
}

/** The claim is gone, and its volume with it. */
function release(sim: Sim, _namespace: string, name: string): void {
  const volume = sim.world.get('PersistentVolume', '', name);
  if (volume !== undefined) sim.world.remove(volume);
}

function furnish(sim: Sim, _at: string, name: string): void {
  const namespace = sim.world.get('Namespace', '', name);
  if (namespace === undefined || isLeaving(namespace)) return;
  if (namespace.metadata.labels?.['kubernetes.io/metadata.name'] !== name)
    sim.world.update(
      withMeta(namespace, { labels: { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': name } }),
    );
  if (sim.world.get('ServiceAccount', name, 'default') === undefined)
    createBy(sim, 'kube-controller-manager', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: name },
    });
  if (sim.world.get('ConfigMap', name, 'kube-root-ca.crt') === undefined)
    createBy(sim, 'kube-controller-manager', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        namespace: name,
        annotations: {
          'kubernetes.io/description': 'Contains a CA bundle that can be used to verify the kube-apiserver.',
        },
      },
      data: { 'ca.crt': '-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVk\n-----END CERTIFICATE-----\n' },
    });
}

function accept(sim: Sim, _namespace: string, name: string): void {
  const definition = sim.world.get('CustomResourceDefinition', '', name);
  if (definition === undefined || isLeaving(definition) || definition.status !== undefined) return;
  const lastTransitionTime = sim.world.stamp();
  statusBy<Definition>(sim, 'kube-apiserver', definition, {
    acceptedNames: definition.spec.names,
    conditions: [
      {
        type: 'NamesAccepted',
        status: 'True',
        reason: 'NoConflicts',
        message: 'no conflicts found',
        lastTransitionTime,
      },
      {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
        lastTransitionTime,
      },
    ],
    storedVersions: definition.spec.versions.filter(({ storage }) => storage).map((version) => version.name),
  });
}
