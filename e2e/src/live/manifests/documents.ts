// Both template trees as somebody would install them: rendered by manifestr, and read as documents.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@mosaic/dev';
import { parseAllDocuments } from 'yaml';

export interface Meta {
  readonly name: string;
  readonly namespace?: string;
}
export interface Mount {
  readonly name: string;
  readonly readOnly?: boolean;
}
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources?: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>> | undefined>>;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly Mount[];
  readonly [probe: string]: unknown;
}
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly { readonly name: string; readonly hostPath?: unknown }[];
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
export interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Meta;
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly Rule[];
  readonly spec?: {
    readonly template?: { readonly metadata: object; readonly spec: PodSpec };
    readonly volumeClaimTemplates?: readonly { readonly metadata: Meta }[];
  };
}
const root = repositoryRoot();
const manifestr = join(root, 'manifestr/bin/manifestr.mjs');

/** What a program printed; one that fails is an error with what it said, and what it printed as its cause. */
export const ran = (
  command: string,
  args: readonly string[],
  input = '',
): Promise<{ readonly out: string; readonly err: string }> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { maxBuffer: 64 << 20, timeout: 60_000, env: { ...process.env, LOG_LEVEL: 'warn' } },
      (error, out, err) =>
        error ? reject(new Error(`${args.join(' ')}: ${err || error.message}`, { cause: out })) : resolve({ out, err }),
    );
    child.stdin?.end(input);
  });
export const kubectl = (args: readonly string[], input?: string) => ran('kubectl', args, input);
export const rendered = async (
  tree: string,
  sets: readonly string[],
  more: readonly string[] = [],
): Promise<string> => {
  const folder = join(root, 'manifests', tree);
  const given = ['--values', join(folder, 'values.yaml'), '--template-root-dir', join(folder, 'templates')];
  const { out } = await ran(process.execPath, [
    ...[manifestr, ...given, ...sets.flatMap((set) => ['--set', set])],
    ...['--strict', '-o', '-', ...more],
  ]);
  return out;
};
export const documentsIn = (text: string): readonly Document[] =>
  [...parseAllDocuments(text)].flatMap((one) => {
    const document = one.toJS() as Document | null; // each fits its kind's schema: a test of its own
    return document === null ? [] : [document];
  });

export const podSpecOf = ({ spec }: Document): PodSpec | undefined => spec?.template?.spec;
export const containersOf = (document: Document): readonly Container[] => {
  const spec = podSpecOf(document);
  return spec === undefined ? [] : [...(spec.initContainers ?? []), ...spec.containers];
};
export function grantsOf(documents: readonly Document[], role: string, kind: string) {
  return documents
    .filter((one) => one.kind === kind && one.metadata.name === role)
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((one) => ({ name: group === '' ? one : `${one}.${group}`, verbs }))),
    );
}
