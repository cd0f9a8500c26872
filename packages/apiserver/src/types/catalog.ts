// The built-in kinds' messages by name: what fields they have, how those are numbered and how they merge.
import type { ResourceKind } from '../port.ts';
import { MESSAGES } from './messages.ts';

export interface Field {
  readonly name: string;
  readonly number: number;
  /** Absent and zero are different things. */
  readonly isOptional: boolean;
  readonly many: 'one' | 'list' | 'map';
  /** A scalar's name (`string`, `int32`, `quantity`, …) or a message's. */
  readonly type: string;
  readonly keys: readonly string[];
  readonly isSet: boolean;
  readonly isAtomic: boolean;
  /** Key of a strategic merge; empty when plain values merge, `undefined` when a patch replaces. */
  readonly patchKey: string | undefined;
  /** Its fields stand among those of the message around it in JSON. */
  readonly isInlined: boolean;
}

export interface Message {
  readonly name: string;
  readonly isAtomic: boolean;
  readonly fields: readonly Field[];
}

let parsed: ReadonlyMap<string, Message> | undefined;

/** Parsed at the first question, once. */
export const messageNamed = (name: string): Message | undefined => {
  parsed ??= new Map(
    MESSAGES.trim()
      .split('\n')
      .map((line) => messageOf(line))
      .map((message) => [message.name, message]),
  );
  return parsed.get(name);
};

const messageNameOf = ({ group, version, kind }: Pick<ResourceKind, 'group' | 'version' | 'kind'>): string =>
  `${group === '' ? 'core' : (group.split('.')[0] ?? '')}.${version}.${kind}`;

/** The message of a built-in kind; a custom group's kinds have none, whatever they are called. */
export const messageOfKind = (kind: Pick<ResourceKind, 'group' | 'version' | 'kind'>): Message | undefined =>
  isBuiltInGroup(kind.group) ? messageNamed(messageNameOf(kind)) : undefined;

export const isBuiltInGroup = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

function messageOf(line: string): Message {
  const space = line.indexOf(' ');
  const name = space < 0 ? line : line.slice(0, space);
  const fields =
    space < 0
      ? []
      : line
          .slice(space + 1)
          .split(';')
          .filter((text) => text !== '')
          .map(fieldOf);
  return { name: name.replace('!', ''), isAtomic: name.endsWith('!'), fields };
}

function fieldOf(text: string): Field {
  const [head = '', ...rules] = text.split(' ');
  const [, name = '', number = '0', mark, many = '', type = ''] =
    /^(\w*)=(\d+)([*:])(\[\]|\{\})?(.*)$/.exec(head) ?? [];
  const rule = rules.find((each) => each.startsWith('@'))?.slice(1) ?? '';
  const isList = rule !== '' && rule !== 'set' && rule !== 'atomic';
  return {
    name,
    number: Number(number),
    isOptional: mark === '*',
    many: many === '[]' ? 'list' : many === '{}' ? 'map' : 'one',
    type,
    keys: isList ? rule.split(',') : [],
    isSet: rule === 'set',
    isAtomic: rule === 'atomic',
    patchKey: rules.find((each) => each.startsWith('~'))?.slice(1),
    isInlined: rules.includes('&'),
  };
}

/** A message's fields as JSON has them: inlined messages opened. */
export function jsonFields(message: Message): readonly Field[] {
  return message.fields.flatMap((field) => {
    const inner = field.isInlined ? messageNamed(field.type) : undefined;
    return inner === undefined ? [field] : jsonFields(inner);
  });
}
