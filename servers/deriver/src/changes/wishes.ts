// What a person would say of a field that was wished otherwise: spec, data, metadata. The first rule that fits speaks.

import type { FieldDiff, Revision, Severity } from '@mosaic/wire';
import { moved, movedImage, sayable, textIn } from './telling.ts';

export interface Phrase {
  readonly text: string;
  readonly severity: Severity;
  /** Goes without saying when anything else is said: it came along. */
  readonly aside?: true;
}
export type Rule = readonly [
  path: RegExp,
  tell: (parts: readonly string[], diff: FieldDiff, revision: Pick<Revision, 'kind' | 'diff'>) => Phrase | undefined,
];

const routine = (text: string): Phrase => ({ text, severity: 0 });
const notable = (text: string): Phrase => ({ text, severity: 1 });
const deploy = (text: string): Phrase => ({ text, severity: 2 });
const aside = (phrase: Phrase): Phrase => ({ ...phrase, aside: true });

/** Of a container that the diff names: init and ephemeral ones are said to be. */
const CONTAINER = String.raw`(?:^|\.)(init|ephemeral)?[cC]ontainers\[([^\]]+)\]`;
const inContainer = (rest: string): RegExp => new RegExp(`${CONTAINER}${rest}$`);
const KEY = String.raw`(?:\.([^.[]+)|\[(.+)\])`;
const keyed = (before: string): RegExp => new RegExp(`^${before}${KEY}$`);

export const WISHES: readonly Rule[] = [
  [inContainer(String.raw`\.image`), (_, diff) => deploy(movedImage(diff))],
  [
    inContainer(String.raw`\.env\[([^\]]+)\](?:\.value)?`),
    ([, , name], diff) => deploy(moved(`env ${name}`, withValue(diff))),
  ],
  [inContainer(String.raw`\.env\[([^\]]+)\]\..+`), ([, , name]) => deploy(`env ${name} changed`)],
  [inContainer(String.raw`\.env`), ([, container]) => deploy(`env of ${container} changed`)],
  [inContainer(String.raw`\.envFrom.*`), ([, container]) => deploy(`envFrom of ${container} changed`)],
  [
    inContainer(String.raw`\.resources\.(limit|request)s\.(.+)`),
    ([, , which, resource], diff) => deploy(moved(`${resource} ${which}`, diff)),
  ],
  [inContainer(String.raw`\.resources.*`), ([, container]) => deploy(`resources of ${container} changed`)],
  [inContainer(String.raw`\.(\w+Probe)\b.*`), ([, container, probe]) => deploy(`${probe} of ${container} changed`)],
  [inContainer(String.raw`\.(command|args)\b.*`), ([, container, what]) => deploy(`${what} of ${container} changed`)],
  [
    inContainer(''),
    ([which, container], diff) => deploy(`${which ?? ''}${which ? ' ' : ''}container ${container} ${done(diff)}`),
  ],
  [inContainer(String.raw`\.(\w+).*`), ([, container, what]) => deploy(`${what} of ${container} changed`)],
  [
    /^spec\.template\.metadata\.annotations\[kubectl\.kubernetes\.io\/restartedAt\]$/,
    () => deploy('restarted by hand'),
  ],
  [/^spec\.template\.metadata\..+/, () => aside(deploy('labels or annotations of its pods changed'))],
  [
    /(?:^|\.)volumes\[([^\]]+)\](.*)$/,
    ([name, rest], diff) => deploy(`volume ${name} ${rest ? 'changed' : done(diff)}`),
  ],
  [/^spec\.replicas$/, (_, diff) => deploy(moved('replicas', diff))],
  [/^spec\.(min|max)Replicas$/, ([which], diff) => deploy(moved(`${which}Replicas`, diff))],
  [/^spec\.nodeName$/, (_, { after }) => routine(`placed on ${sayable(after) ?? 'a node'}`)],
  [/^(subsets|endpoints)\b/, () => routine('addresses changed')],
  [/^spec\.paused$/, (_, { after }) => deploy(after === true ? 'roll-out paused' : 'roll-out resumed')],
  [/^spec\.suspend$/, (_, { after }) => deploy(after === true ? 'suspended' : 'resumed')],
  [/^spec\.schedule$/, (_, diff) => deploy(moved('schedule', diff))],
  [/^spec\.unschedulable$/, (_, { after }) => (after === true ? deploy('cordoned') : notable('uncordoned'))],
  [/^spec\.taints\b/, (_, diff) => notable(`taint ${taintOf(diff)}${done(diff)}`)],
  [keyed(String.raw`spec\.selector`), ([plain, odd], diff) => deploy(moved(`selector ${plain ?? odd}`, diff))],
  [/^spec\.ports\[([^\]]+)\](?:\.(\w+))?$/, ([port, field], diff) => deploy(moved(portField(port, field), diff))],
  [/^spec\.type$/, (_, diff) => deploy(moved('type', diff))],
  [/^spec\.rules\b|^spec\.tls\b/, () => deploy('rules changed')],
  [/^(rules|subjects|roleRef)\b/, ([what]) => deploy(`${what} changed`)],
  [keyed('(?:data|binaryData|stringData)'), keyOfData],
  [/^(data|binaryData|stringData)$/, (_, diff) => deploy(`all keys ${done(diff)}`)],
  [/^metadata\.deletionTimestamp$/, () => notable('deletion begun')],
  [
    /^metadata\.(deletionGracePeriodSeconds|finalizers|ownerReferences|generateName|selfLink)\b/,
    ([what]) => aside(routine(`${what} changed`)),
  ],
  [
    /^metadata\.annotations\[deployment\.kubernetes\.io\/revision\]$/,
    (_, diff) => aside(routine(moved('revision', diff))),
  ],
  [/^metadata\.annotations\[kubectl\.kubernetes\.io\/last-applied-configuration\]$/, () => aside(routine('applied'))],
  [keyed(String.raw`metadata\.labels`), ([plain, odd], diff) => aside(notable(moved(`label ${plain ?? odd}`, diff)))],
  [keyed(String.raw`metadata\.annotations`), ([plain, odd]) => aside(routine(`annotation ${plain ?? odd} changed`))],
  [/^metadata\.(labels|annotations)$/, ([what], diff) => aside(routine(`${what} ${done(diff)}`))],
  [/^spec\.(?:template\.spec\.)?(.+)$/, ([field], diff) => deploy(moved(field ?? '', diff))],
  [/^(.+)$/, ([field], diff) => notable(moved(field ?? '', diff))],
];

/** `added`, `removed`, `changed`. */
const done = ({ op }: FieldDiff): string => ({ add: 'added', remove: 'removed', replace: 'changed' })[op];

/** An env entry that came or went whole is told by its value. */
function withValue({ op, before, after }: FieldDiff): Pick<FieldDiff, 'op' | 'before' | 'after'> {
  const value = (entry: unknown): unknown => (typeof entry === 'object' ? textIn(entry, 'value') : entry);
  return { op, before: value(before), after: value(after) };
}

function taintOf({ path, before, after }: FieldDiff): string {
  const key = /\[([^\]]+)\]/.exec(path)?.[1] ?? textIn(after ?? before, 'key');
  return key === undefined ? '' : `${key} `;
}

const portField = (port = '', field?: string): string =>
  field === undefined ? `port ${port}` : `${field} of port ${port}`;

/** Secrets are told by their keys alone; so are the settings of anything whose values are long. */
function keyOfData([plain, odd]: readonly string[], diff: FieldDiff, { kind }: Pick<Revision, 'kind'>): Phrase {
  const what = `key ${plain ?? odd}`;
  return deploy(kind === 'Secret' ? `${what} ${done(diff)}` : moved(what, diff));
}
