// A question as the command line writes it: what the form holds, the words of `mosaic …`, and back.

export const QUESTIONS = ['changes', 'history', 'diff', 'blame', 'who', 'coverage', 'report'] as const;
export type Question = (typeof QUESTIONS)[number];

export const FIELDS = {
  changes: ['from', 'to', 'cluster', 'namespace', 'kind', 'by', 'workload', 'severity'],
  history: ['object', 'namespace', 'cluster', 'from', 'to'],
  diff: ['object', 'namespace', 'cluster', 'from', 'to'],
  blame: ['object', 'namespace', 'cluster', 'at'],
  who: ['what', 'at', 'cluster'],
  coverage: ['from', 'to', 'cluster', 'signal'],
  report: ['from', 'to', 'cluster', 'namespace', 'severity', 'format'],
} as const satisfies Readonly<Record<Question, readonly string[]>>;
export type Field = (typeof FIELDS)[Question][number];

export interface Wish {
  readonly question: Question;
  /** As they were typed; absent is as good as empty. */
  readonly fields: Readonly<Partial<Record<Field, string>>>;
}

/** What holds when nothing is said, as on the command line. */
export const USUAL: Readonly<Partial<Record<Field, string>>> = { from: 'now-1d', to: 'now', at: 'now', format: 'html' };

/** Said without a flag. */
const POSITIONAL: readonly Field[] = ['object', 'what'];
const SHORT: Readonly<Partial<Record<Field, string>>> = { cluster: '-c', namespace: '-n' };

export const fieldsOf = (question: Question): readonly Field[] => FIELDS[question];

/** `changes --from now-6h -n shop`: what `mosaic` would be told. */
export function wishText({ question, fields }: Wish): string {
  const said = fieldsOf(question).flatMap((field) => {
    const text = (fields[field] ?? '').trim();
    if (text === '') return [];
    return POSITIONAL.includes(field) ? [quoted(text)] : [SHORT[field] ?? `--${field}`, quoted(text)];
  });
  return [question, ...said].join(' ');
}

const quoted = (word: string): string =>
  /^[\w./:@=,+%-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Undefined for words that are no question of ours. */
export function readWish(text: string): Wish | undefined {
  const [first, ...rest] = wordsIn(text);
  const question = QUESTIONS.find((one) => one === first?.text);
  if (question === undefined) return undefined;
  const own = fieldsOf(question);
  const fields: Partial<Record<Field, string>> = {};
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i];
    const field = word === undefined || word.isQuoted ? undefined : own.find((one) => flagsOf(one).includes(word.text));
    const place = own.find((one) => POSITIONAL.includes(one) && fields[one] === undefined);
    if (field !== undefined) fields[field] = rest[++i]?.text ?? '';
    else if (place !== undefined && word !== undefined) fields[place] = word.text;
  }
  return { question, fields };
}

const flagsOf = (field: Field): readonly string[] =>
  POSITIONAL.includes(field) ? [] : [`--${field}`, ...(SHORT[field] ? [SHORT[field] ?? ''] : [])];

interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** As a shell reads them: blanks part, single and double quotes hold together. */
function wordsIn(text: string): readonly Word[] {
  const found = text.match(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g) ?? [];
  return found.map((word) => ({
    isQuoted: /^['"]/.test(word),
    text: word.replaceAll(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single, double, escaped) => single ?? double ?? escaped),
  }));
}
