// The checks every object must pass, with a cause for each field that is wrong.
import { at, isRecord, type Json, listAt, numberOf, recordOf, textAt } from '../json.ts';
import type { ResourceKind } from '../port.ts';
import { type Cause, invalidObject, qualified } from '../status.ts';
import { schemaCauses } from '../types/schema.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const PATH_SEGMENT = /^(?!\.{1,2}$)[^/%]+$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";

const required = (field: string, message = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: message === '' ? 'Required value' : `Required value: ${message}`,
  field,
});
const wrong = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
});

/** Throws 422 Invalid with every cause found. */
export function validate(kind: ResourceKind, object: Json): void {
  const causes = [
    ...nameCauses(kind, object),
    ...labelCauses(object),
    ...(RULES[qualified(kind)]?.(object) ?? []),
    ...(kind.schema === undefined ? [] : schemaCauses(kind.schema, object)),
  ];
  if (causes.length > 0) throw invalidObject(kind, textAt(object, 'metadata', 'name'), causes);
}

/** Kinds whose names become part of a DNS name or a path are stricter or freer than the rest. */
const LABEL_NAMED = new Set(['namespaces', 'services']);
const isRbac = (kind: ResourceKind): boolean => kind.group === 'rbac.authorization.k8s.io';

function nameCauses(kind: ResourceKind, object: Json): Cause[] {
  const name = textAt(object, 'metadata', 'name');
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  if (isRbac(kind)) return PATH_SEGMENT.test(name) ? [] : [wrong('metadata.name', name, "may not contain '/' or '%'")];
  const isLabel = LABEL_NAMED.has(qualified(kind));
  const most = isLabel ? 63 : 253;
  if (name.length > most) return [wrong('metadata.name', name, `must be no more than ${most} characters`)];
  if ((isLabel ? LABEL : SUBDOMAIN).test(name)) return [];
  return [wrong('metadata.name', name, isLabel ? LABEL_RULE : SUBDOMAIN_RULE)];
}

function labelCauses(object: Json): Cause[] {
  const labels = at(object, 'metadata', 'labels');
  if (labels !== undefined && labels !== null && !isRecord(labels))
    return [wrong('metadata.labels', labels, 'must be a map of strings')];
  return Object.entries(recordOf(labels)).flatMap(([key, value]) => {
    if (!LABEL_KEY.test(key)) return [wrong('metadata.labels', key, 'is not a label key')];
    const isValue = typeof value === 'string' && value.length <= 63 && LABEL_VALUE.test(value);
    return isValue
      ? []
      : [
          wrong(
            'metadata.labels',
            value,
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'",
          ),
        ];
  });
}

const containers = (field: string, spec: unknown): Cause[] => {
  const own = listAt(spec, 'containers');
  if (own.length === 0) return [required(`${field}.containers`)];
  const names = own.map((each) => textAt(each, 'name'));
  return own.flatMap((each, i) => [
    ...(names[i] === '' ? [required(`${field}.containers[${i}].name`)] : []),
    ...(names.indexOf(names[i] ?? '') < i
      ? [
          {
            ...wrong(`${field}.containers[${i}].name`, names[i], ''),
            message: `Duplicate value: ${JSON.stringify(names[i])}`,
          },
        ]
      : []),
    ...(textAt(each, 'image') === '' ? [required(`${field}.containers[${i}].image`)] : []),
  ]);
};

const replicaCauses = (object: Json): Cause[] => {
  const replicas = at(object, 'spec', 'replicas');
  if (replicas === undefined || replicas === null) return [];
  if (!Number.isSafeInteger(replicas)) return [wrong('spec.replicas', replicas, 'must be an integer')];
  return numberOf(replicas) < 0 ? [wrong('spec.replicas', replicas, 'must be greater than or equal to 0')] : [];
};

const templated = (object: Json): Cause[] => [
  ...replicaCauses(object),
  ...containers('spec.template.spec', at(object, 'spec', 'template', 'spec')),
];

const selected = (object: Json): Cause[] => {
  const wanted = recordOf(at(object, 'spec', 'selector', 'matchLabels'));
  const expressions = listAt(object, 'spec', 'selector', 'matchExpressions');
  if (Object.keys(wanted).length === 0 && expressions.length === 0) return [required('spec.selector')];
  const labels = recordOf(at(object, 'spec', 'template', 'metadata', 'labels'));
  const isMatching = Object.entries(wanted).every(([key, value]) => labels[key] === value);
  return isMatching
    ? []
    : [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
};

const workload = (object: Json): Cause[] => [...selected(object), ...templated(object)];

const ports = (object: Json): Cause[] => {
  const own = listAt(object, 'spec', 'ports');
  const isWithout = textAt(object, 'spec', 'clusterIP') === 'None' || textAt(object, 'spec', 'type') === 'ExternalName';
  if (own.length === 0) return isWithout ? [] : [required('spec.ports')];
  return own.flatMap((each, i) => {
    const port = at(each, 'port');
    const isPort = Number.isSafeInteger(port) && numberOf(port) > 0 && numberOf(port) < 65_536;
    return isPort ? [] : [wrong(`spec.ports[${i}].port`, port ?? 0, 'must be between 1 and 65535, inclusive')];
  });
};

const definition = (object: Json): Cause[] => {
  const name = `${textAt(object, 'spec', 'names', 'plural')}.${textAt(object, 'spec', 'group')}`;
  return [
    ...(textAt(object, 'metadata', 'name') === name
      ? []
      : [wrong('metadata.name', textAt(object, 'metadata', 'name'), 'must be spec.names.plural+"."+spec.group')]),
    ...(listAt(object, 'spec', 'versions').length === 0 ? [required('spec.versions')] : []),
    ...(textAt(object, 'spec', 'names', 'kind') === '' ? [required('spec.names.kind')] : []),
  ];
};

const cronJob = (object: Json): Cause[] => [
  ...(textAt(object, 'spec', 'schedule') === '' ? [required('spec.schedule')] : []),
  ...containers('spec.jobTemplate.spec.template.spec', at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec')),
];

const RULES: Readonly<Record<string, (object: Json) => Cause[]>> = {
  pods: (object) => containers('spec', at(object, 'spec')),
  services: ports,
  'deployments.apps': workload,
  'replicasets.apps': workload,
  'statefulsets.apps': workload,
  'daemonsets.apps': workload,
  'jobs.batch': templated,
  'cronjobs.batch': cronJob,
  'customresourcedefinitions.apiextensions.k8s.io': definition,
};
