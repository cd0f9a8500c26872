// Kinds of Kubernetes that not every cluster has objects of, under the names kubectl knows; what is in neither table is named by its kind.

import { kind, type ResourceKind } from '@mosaic/apiserver';

const WIDE = { clusterWide: true };

const RARE: readonly ResourceKind[] = [
  kind('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', WIDE),
  kind('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', WIDE),
  kind('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', {
    ...WIDE,
    plural: 'validatingadmissionpolicies',
  }),
  kind('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding', WIDE),
  kind('apiregistration.k8s.io/v1', 'APIService', WIDE),
  kind('certificates.k8s.io/v1', 'CertificateSigningRequest', { ...WIDE, short: ['csr'] }),
  kind('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', WIDE),
  kind('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', WIDE),
  kind('networking.k8s.io/v1', 'IPAddress', { ...WIDE, short: ['ip'], plural: 'ipaddresses' }),
  kind('networking.k8s.io/v1', 'ServiceCIDR', WIDE),
  kind('node.k8s.io/v1', 'RuntimeClass', { ...WIDE, plural: 'runtimeclasses' }),
  kind('storage.k8s.io/v1', 'CSIDriver', WIDE),
  kind('storage.k8s.io/v1', 'CSINode', WIDE),
  kind('storage.k8s.io/v1', 'CSIStorageCapacity', { plural: 'csistoragecapacities' }),
  kind('storage.k8s.io/v1', 'VolumeAttachment', WIDE),
  kind('storage.k8s.io/v1', 'VolumeAttributesClass', { ...WIDE, short: ['vac'], plural: 'volumeattributesclasses' }),
];

/** Of a kind seen and defined nowhere we know: plural as English makes it. */
export function rareKind(apiVersion: string, name: string, namespaced: boolean): ResourceKind {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const known = RARE.find((each) => each.group === group && each.kind === name);
  if (known !== undefined) return { ...known, version: apiVersion.slice(apiVersion.indexOf('/') + 1) };
  return kind(apiVersion, name, { plural: plural(name.toLowerCase()), ...(namespaced ? {} : WIDE) });
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
