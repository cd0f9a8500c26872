// Columns of volumes, claims and storage classes.
import { at, listAt, textAt } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { AGE, flag, NAME, path, text, wide } from './make.ts';
import type { Column } from './table.ts';

const MODES: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

/** In one order, however they are written. */
const accessModes = (modes: readonly unknown[]): string =>
  MODES.filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');

/** Before there was a field for it, an annotation named the class. */
const classOf = (object: KubeObject): string =>
  object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
  textAt(object, 'spec', 'storageClassName');

const phase = text('Status', (object) =>
  object.metadata.deletionTimestamp === undefined ? textAt(object, 'status', 'phase') : 'Terminating',
);
const orUnset =
  (field: string) =>
  (object: KubeObject): string =>
    textAt(object, 'spec', field) || '<unset>';
const ATTRIBUTES = text('VolumeAttributesClass', orUnset('volumeAttributesClassName'));
const VOLUME_MODE = wide(text('VolumeMode', orUnset('volumeMode')));

const volume: readonly Column[] = [
  NAME,
  text('Capacity', (object) => at(object, 'spec', 'capacity', 'storage') ?? '0'),
  text('Access Modes', (object) => accessModes(listAt(object, 'spec', 'accessModes'))),
  text('Reclaim Policy', path('spec', 'persistentVolumeReclaimPolicy')),
  phase,
  text('Claim', (object) => {
    const claim = at(object, 'spec', 'claimRef');
    return claim === undefined ? '' : `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}`;
  }),
  text('StorageClass', classOf),
  ATTRIBUTES,
  text('Reason', path('status', 'reason')),
  AGE,
  VOLUME_MODE,
];

/** A claim has no size and no modes until a volume is bound to it. */
const ofBound =
  (read: (claim: KubeObject) => unknown) =>
  (claim: KubeObject): unknown =>
    textAt(claim, 'spec', 'volumeName') === '' ? '' : read(claim);

const claim: readonly Column[] = [
  NAME,
  phase,
  text('Volume', path('spec', 'volumeName')),
  text(
    'Capacity',
    ofBound((object) => at(object, 'status', 'capacity', 'storage') ?? '0'),
  ),
  text(
    'Access Modes',
    ofBound((object) => accessModes(listAt(object, 'status', 'accessModes'))),
  ),
  text('StorageClass', classOf),
  ATTRIBUTES,
  AGE,
  VOLUME_MODE,
];

const IS_DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

const storageClass: readonly Column[] = [
  {
    ...NAME,
    cell: ({ metadata }) =>
      IS_DEFAULT.some((name) => metadata.annotations?.[name] === 'true') ? `${metadata.name} (default)` : metadata.name,
  },
  text('Provisioner', path('provisioner')),
  text('ReclaimPolicy', (object) => textAt(object, 'reclaimPolicy') || 'Delete'),
  text('VolumeBindingMode', (object) => textAt(object, 'volumeBindingMode') || 'Immediate'),
  flag('AllowVolumeExpansion', (object) => at(object, 'allowVolumeExpansion') === true, 'string'),
  AGE,
];

export const STORAGE_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  persistentvolumes: volume,
  persistentvolumeclaims: claim,
  'storageclasses.storage.k8s.io': storageClass,
};
