// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such text must survive rendering.
// Random values as JSON text, and random templates over `vars.a` … `vars.d`, from a seed.

export type Dice = (below: number) => number;

/** Mulberry32: the same rolls for the same seed. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function pick<T>(roll: Dice, choices: readonly [T, ...T[]]): T {
  return choices[roll(choices.length)] ?? choices[0];
}

const TEXTS = [
  '',
  'a',
  'Hello World',
  "it's",
  'say "x"',
  '${POD_IP}',
  '$1:$2',
  '%Y-%m-%d',
  '1.50',
  '42',
  ' padded ',
  'a\nb\n\nc',
  'tab\there',
  '# no comment',
  '{{ x }}',
  'ünï☃😀',
  'a,b,c',
  '<b>&',
  'back\\slash',
  'true',
  '-7',
  '1e3',
  'CamelCase word',
  '\u0000\u007f\u00a0\u200b',
] as const;
const NUMBERS = [
  '0',
  '1',
  '-1',
  '3',
  '42',
  '1.5',
  '1.50',
  '1e3',
  '0.1',
  '-2.25',
  '1e16',
  '1e-7',
  '123456789012345678901',
  '2.5',
  '100.0',
] as const;

export function someValue(roll: Dice, depth: number): string {
  const kind = roll(depth > 0 ? 9 : 6);
  if (kind < 2) return JSON.stringify(pick(roll, TEXTS));
  if (kind < 4) return pick(roll, NUMBERS);
  if (kind === 4) return pick(roll, ['true', 'false']);
  if (kind === 5) return 'null';
  const parts = Array.from({ length: roll(4) }, () => someValue(roll, depth - 1));
  if (kind < 8) return `[${parts.join(', ')}]`;
  return `{${parts.map((part, at) => `"${['a', 'B', 'x y', 'items'][at]}": ${part}`).join(', ')}}`;
}

const FILTERS = [
  'upper',
  'lower',
  'title',
  'capitalize',
  'trim',
  'length',
  'string',
  'list',
  'sort',
  'unique | list',
  'join(",")',
  'join',
  'first',
  'last',
  'tojson',
  'tojson(2)',
  'default("d")',
  'default("d", true)',
  'indent',
  'indent(2, true)',
  'replace("a", "b")',
  'int',
  'float',
  'round',
  'round(1)',
  'abs',
  'reverse | list',
  'max',
  'min',
  'sum',
  'dictsort',
  'items | list',
  'map("string") | list',
  'select | list',
  'reject | list',
  'truncate(5)',
  'wordcount',
  'e',
  'urlencode',
  'batch(2) | list',
  'slice(2) | list',
  'map(attribute="a") | list',
  'selectattr("a") | list',
  'center(12)',
  'filesizeformat',
  'striptags',
  'count',
  'b64encode',
  'map("length") | list',
  'groupby("a") | list',
  'wordwrap(7)',
  'format(1)',
  'sort(reverse=true)',
  'urlize',
  'xmlattr',
  'pprint',
  'indent("> ")',
  'truncate(7, true, "")',
  'int(0, 16)',
  'round(2, "floor")',
  'unique(true) | list',
  'wordwrap(5, false)',
  'map("int") | list',
  'sum(start=1)',
  'dictsort(by="value")',
] as const;
const TESTS = [
  'defined',
  'none',
  'string',
  'number',
  'integer',
  'float',
  'mapping',
  'sequence',
  'iterable',
  'odd',
  'boolean',
  'lower',
  'upper',
  'sameas none',
  'in [1, "a"]',
  'eq 1',
] as const;
const OPERATORS = ['+', '-', '*', '/', '//', '%', '~', '==', '!=', '<', '>=', 'and', 'or', 'in', 'not in'] as const;
const SUFFIXES = [
  '.a',
  '["B"]',
  '[0]',
  '[-1]',
  '[1:]',
  '[::-1]',
  '.x',
  '[:2]',
  '.items()',
  '.upper()',
  '.split()',
  '.get("a", 7)',
  '.keys() | list',
  '.title()',
  '.swapcase()',
  '.casefold()',
  '.count("a", 1)',
  '.rsplit("o", 1)',
  '.partition("o")',
  '.translate({97: "b"})',
  '.zfill(6)',
  '.center(9, "*")',
  '.splitlines()',
  '.format(1, a=2)',
  '.format_map({"a": 1})',
  '.isprintable()',
] as const;

export function someExpression(roll: Dice, depth: number): string {
  if (depth <= 0) return someAtom(roll);
  const inner = (): string => someExpression(roll, depth - 1);
  switch (roll(9)) {
    case 0:
    case 1:
      return `${inner()} | ${pick(roll, FILTERS)}`;
    case 2:
      return `(${inner()} ${pick(roll, OPERATORS)} ${inner()})`;
    case 3:
      return `vars.${pick(roll, ['a', 'b', 'c', 'd'])}${pick(roll, SUFFIXES)}`;
    case 4:
      return `(${inner()} is ${pick(roll, ['', 'not '])}${pick(roll, TESTS)})`;
    case 5:
      return `(${inner()} if ${inner()} else ${inner()})`;
    case 6:
      return `[${inner()}, ${inner()}]`;
    case 7:
      return `${pick(roll, ['not ', '-', ''])}(${inner()})`;
    default:
      return someAtom(roll);
  }
}

function someAtom(roll: Dice): string {
  const kind = roll(10);
  if (kind < 6) return `vars.${pick(roll, ['a', 'b', 'c', 'd'])}`;
  if (kind < 8) return pick(roll, NUMBERS).replace('-', '');
  if (kind === 8) return pick(roll, ['true', 'none', 'nope', 'vars.nope', 'range(3)', '{"a": 1}', '(1, "x")']);
  return pick(roll, ["'a'", '"%s"', "'x\\ny'", '"${1}"', "'-'"]);
}

export function someTemplate(roll: Dice): string {
  const parts = Array.from({ length: 1 + roll(2) }, () => somePart(roll));
  return parts.join(pick(roll, ['\n', ' ', '  \n', '\n\n', '\t# c\n'])) + pick(roll, ['', '\n', '\n\n']);
}

function somePart(roll: Dice): string {
  const open = pick(roll, ['{%', '{%-', '{%+']);
  const close = pick(roll, ['%}', '-%}', '%}']);
  switch (roll(7)) {
    case 0:
      return `${open} for x in ${someExpression(roll, 1)} ${close} {{ loop.index }}:{{ x }} ${open} else ${close}none${open} endfor ${close}`;
    case 1:
      return `${open} if ${someExpression(roll, 2)} ${close}\n  yes\n${open} else ${close}\n  no\n${open} endif ${close}`;
    case 2:
      return `${open} set y = ${someExpression(roll, 2)} ${close}[{{ y }}]`;
    case 3:
      return `${open} macro m(p, q=${someExpression(roll, 1)}) ${close}<{{ p }}|{{ q }}>${open} endmacro ${close}{{ m(${someExpression(roll, 1)}) }}`;
    default:
      return `a: ${pick(roll, ['{{', '{{-', '{{'])} ${someExpression(roll, 3)} ${pick(roll, ['}}', '-}}', '}}'])}`;
  }
}
