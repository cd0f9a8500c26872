// Our rule set over a rendered install: what each rule finds wrong.

import { type Container, containersOf, type Document, podSpecOf } from './documents.ts';

type Find = (document: Document, all: readonly Document[]) => readonly string[];

const ofContainers =
  (find: (container: Container, document: Document) => readonly (string | false)[]): Find =>
  (document) =>
    containersOf(document).flatMap((container) =>
      find(container, document).flatMap((found) => (found === false ? [] : [`${container.name}: ${found}`])),
    );
const isServing = ({ kind }: Document): boolean => ['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind);
const isMain = (container: Container, document: Document): boolean =>
  podSpecOf(document)?.containers.includes(container) === true;
const SECRET = /PASSWORD|SECRET|PRIVATE KEY|TOKEN$/i;
const MAY_BE_ADDED = new Set(['SYS_PTRACE', 'DAC_READ_SEARCH', 'NET_ADMIN']);

/** Our rule set: a name and what it finds wrong. */
export const RULES: Readonly<Record<string, Find>> = {
  'images are pinned': ofContainers(({ image }) => [
    !/(:\d+\.\d+\.\d+$|@sha256:[0-9a-f]{64}$)/.test(image) && `${image} may change behind its name`,
  ]),
  'requests and limits of processor, memory and disk': ofContainers(({ resources }) =>
    (['requests', 'limits'] as const).flatMap((side) =>
      ['cpu', 'memory', 'ephemeral-storage'].map((what) => !resources?.[side]?.[what] && `no ${side}.${what}`),
    ),
  ),
  'no privilege is gained': ofContainers(({ securityContext: context = {} }) => {
    const { drop = [], add = [] } = (context.capabilities ?? {}) as Record<'drop' | 'add', readonly string[]>;
    return [
      context.allowPrivilegeEscalation !== false && 'may gain privileges',
      context.privileged === true && 'privileged',
      !drop.includes('ALL') && 'keeps capabilities',
      ...add.map((one) => !MAY_BE_ADDED.has(one) && `has ${one}`),
    ];
  }),
  'the root file system is read-only': ofContainers(({ securityContext }) => [
    securityContext?.readOnlyRootFilesystem !== true && 'its root may be written',
  ]),
  'startup, readiness and liveness probes': ofContainers((container, document) =>
    isServing(document) && isMain(container, document)
      ? ['startupProbe', 'readinessProbe', 'livenessProbe'].map(
          (probe) => container[probe] === undefined && `no ${probe}`,
        )
      : [],
  ),
  'the machine is mounted read-only, but for the agent’s own folder': (document) => {
    const host = new Set(
      (podSpecOf(document)?.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name),
    );
    return containersOf(document).flatMap(({ volumeMounts = [] }) =>
      volumeMounts
        .filter(({ name, readOnly }) => host.has(name) && readOnly !== true && name !== 'data')
        .map(({ name }) => `${name} is writable`),
    );
  },
  'pods run with a seccomp profile, and as root nowhere but on the node': (document) => {
    const spec = podSpecOf(document);
    if (spec === undefined) return [];
    const { seccompProfile, runAsNonRoot } = spec.securityContext ?? {};
    return [
      ...(seccompProfile === undefined ? ['no seccomp profile'] : []),
      ...(runAsNonRoot !== true && document.kind !== 'DaemonSet' ? ['may run as root'] : []),
      ...(spec.automountServiceAccountToken === undefined ? ['does not say whether it wants a token'] : []),
    ];
  },
  'no wildcards, and no more than reading besides what is named': ({ rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      [...apiGroups, ...resources, ...verbs].includes('*') ? [`${resources.join()} ${verbs.join()}`] : [],
    ),
  'no secrets in plain text': (document) => [
    ...(document.kind === 'Secret' ? ['a Secret is in the manifests'] : []),
    ...Object.entries(document.data ?? {}).flatMap(([key, text]) =>
      /BEGIN [A-Z ]*PRIVATE KEY|password\s*[=:]\s*\S/i.test(text) ? [`${key} holds a secret`] : [],
    ),
    ...containersOf(document).flatMap(({ env = [] }) =>
      env
        .filter(({ name, value }) => SECRET.test(name) && value?.startsWith('/') !== true)
        .map(({ name }) => `${name} is in the environment`),
    ),
  ],
  'databases are StatefulSets with volumes of their own': (document) =>
    document.kind !== 'Job' &&
    containersOf(document).some(({ image }) => /kafka|cassandra/.test(image)) &&
    (document.kind !== 'StatefulSet' || document.spec?.volumeClaimTemplates === undefined)
      ? ['its data goes with its pod']
      : [],
  'whoever has replicas has a budget for disruptions': (document, all) =>
    ['Deployment', 'StatefulSet'].includes(document.kind) &&
    !all.some(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === document.metadata.name)
      ? ['no PodDisruptionBudget of its name']
      : [],
};

export const findingsIn = (documents: readonly Document[]): readonly string[] =>
  documents.flatMap((document) =>
    Object.entries(RULES).flatMap(([rule, find]) =>
      find(document, documents).map((found) => `${document.kind}/${document.metadata.name}: ${rule}: ${found}`),
    ),
  );
