// Columns of the kinds few people list: admission, certificates, storage plugins, flow control, addresses.
import { at, listAt, textAt, textOf } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { humanDuration } from './age.ts';
import { AGE, count, flag, NAME, number, orNone, path, pathOrNone, selectorText, text } from './make.ts';
import type { Column } from './table.ts';

const lengthAt =
  (...names: string[]) =>
  (object: KubeObject) =>
    listAt(object, ...names).length;

const webhooks: readonly Column[] = [NAME, count('Webhooks', lengthAt('webhooks')), AGE];

const paramKind = (object: KubeObject): string => {
  const kind = at(object, 'spec', 'paramKind');
  return kind === undefined ? '<unset>' : `${textAt(kind, 'apiVersion')}/${textAt(kind, 'kind')}`;
};

/** Whether a nameless parameter has a namespace cannot be told from here: a star stands for it. */
const paramRef = (object: KubeObject): string => {
  const ref = at(object, 'spec', 'paramRef');
  const name = textAt(ref, 'name');
  if (name !== '') return `${textAt(ref, 'namespace') || '*'}/${name}`;
  return at(ref, 'selector') === undefined ? '<unset>' : selectorText(at(ref, 'selector'));
};

function requestState(request: KubeObject): string {
  const types = listAt(request, 'status', 'conditions').map((each) => textAt(each, 'type'));
  const verdict = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  const failed = types.includes('Failed') ? ',Failed' : '';
  return `${verdict}${failed}${textAt(request, 'status', 'certificate') === '' ? '' : ',Issued'}`;
}

const certificateRequest: readonly Column[] = [
  NAME,
  AGE,
  text('SignerName', pathOrNone('spec', 'signerName')),
  text('Requestor', path('spec', 'username')),
  text('RequestedDuration', (object) => {
    const seconds = at(object, 'spec', 'expirationSeconds');
    return typeof seconds === 'number' ? humanDuration(seconds * 1000) : '<none>';
  }),
  text('Condition', requestState),
];

const csiDriver: readonly Column[] = [
  NAME,
  flag('AttachRequired', (object) => at(object, 'spec', 'attachRequired') !== false),
  flag('PodInfoOnMount', (object) => at(object, 'spec', 'podInfoOnMount') === true),
  flag('StorageCapacity', (object) => at(object, 'spec', 'storageCapacity') === true),
  text('TokenRequests', (object) => {
    const audiences = listAt(object, 'spec', 'tokenRequests').map((each) => textAt(each, 'audience'));
    return at(object, 'spec', 'tokenRequests') === undefined ? '<unset>' : audiences.join(',');
  }),
  text('RequiresRepublish', (object) => at(object, 'spec', 'requiresRepublish') === true),
  text('Modes', (object) => orNone(listAt(object, 'spec', 'volumeLifecycleModes').map(textOf).join(','))),
  AGE,
];

const flowSchema: readonly Column[] = [
  NAME,
  text('PriorityLevel', path('spec', 'priorityLevelConfiguration', 'name')),
  text('MatchingPrecedence', number('spec', 'matchingPrecedence')),
  text('DistinguisherMethod', pathOrNone('spec', 'distinguisherMethod', 'type')),
  AGE,
  text('MissingPL', (object) => {
    const dangling = listAt(object, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Dangling');
    return dangling === undefined ? '?' : textAt(dangling, 'status');
  }),
];

const limited =
  (...names: string[]) =>
  (object: KubeObject) =>
    at(object, 'spec', 'limited', ...names) ?? '<none>';

const priorityLevel: readonly Column[] = [
  NAME,
  text('Type', path('spec', 'type')),
  text('NominalConcurrencyShares', limited('nominalConcurrencyShares')),
  text('Queues', limited('limitResponse', 'queuing', 'queues')),
  text('HandSize', limited('limitResponse', 'queuing', 'handSize')),
  text('QueueLengthLimit', limited('limitResponse', 'queuing', 'queueLengthLimit')),
  AGE,
];

/** `services/shop/web`, `widgets.example.com/a`. */
function parentOf(address: KubeObject): string {
  const parent = at(address, 'spec', 'parentRef');
  if (parent === undefined) return '<none>';
  const group = textAt(parent, 'group');
  const resource = `${textAt(parent, 'resource')}${group === '' ? '' : `.${group}`}`.toLowerCase();
  return [resource, textAt(parent, 'namespace'), textAt(parent, 'name')].filter((part) => part !== '').join('/');
}

const ADMISSION = 'admissionregistration.k8s.io';

export const RARE_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  [`mutatingwebhookconfigurations.${ADMISSION}`]: webhooks,
  [`validatingwebhookconfigurations.${ADMISSION}`]: webhooks,
  [`validatingadmissionpolicies.${ADMISSION}`]: [
    NAME,
    count('Validations', lengthAt('spec', 'validations')),
    text('ParamKind', paramKind),
    AGE,
  ],
  [`validatingadmissionpolicybindings.${ADMISSION}`]: [
    NAME,
    text('PolicyName', path('spec', 'policyName')),
    text('ParamRef', paramRef),
    AGE,
  ],
  'certificatesigningrequests.certificates.k8s.io': certificateRequest,
  'csidrivers.storage.k8s.io': csiDriver,
  'csinodes.storage.k8s.io': [NAME, count('Drivers', lengthAt('spec', 'drivers')), AGE],
  'csistoragecapacities.storage.k8s.io': [
    NAME,
    text('StorageClassName', path('storageClassName')),
    text('Capacity', (object) => textAt(object, 'capacity') || '<unset>'),
  ],
  'volumeattachments.storage.k8s.io': [
    NAME,
    text('Attacher', path('spec', 'attacher')),
    text('PV', path('spec', 'source', 'persistentVolumeName')),
    text('Node', path('spec', 'nodeName')),
    flag('Attached', (object) => at(object, 'status', 'attached') === true),
    AGE,
  ],
  'volumeattributesclasses.storage.k8s.io': [NAME, text('DriverName', path('driverName')), AGE],
  'runtimeclasses.node.k8s.io': [NAME, text('Handler', path('handler')), AGE],
  'flowschemas.flowcontrol.apiserver.k8s.io': flowSchema,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': priorityLevel,
  'servicecidrs.networking.k8s.io': [
    NAME,
    text('CIDRs', (object) => listAt(object, 'spec', 'cidrs').map(textOf).join(',')),
    AGE,
  ],
  'ipaddresses.networking.k8s.io': [NAME, text('ParentRef', parentOf), AGE],
  'apiservices.apiregistration.k8s.io': [
    NAME,
    text('Service', (object) => {
      const service = at(object, 'spec', 'service');
      return service === undefined ? 'Local' : `${textAt(service, 'namespace')}/${textAt(service, 'name')}`;
    }),
    text('Available', (object) => {
      const available = listAt(object, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Available');
      const status = textAt(available, 'status') || 'Unknown';
      return status === 'True' ? status : `${status} (${textAt(available, 'reason')})`;
    }),
    AGE,
  ],
};
