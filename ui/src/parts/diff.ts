// Field diffs as lines under the place they belong to: `spec.template.spec.containers[checkout]` above, `- image: …` and `+ image: …` beneath.

export interface FieldDiff {
  readonly path: string;
  readonly op: 'add' | 'remove' | 'replace';
  readonly before?: unknown;
  readonly after?: unknown;
}
export interface Line {
  readonly sign: '-' | '+';
  readonly text: string;
}
export interface Part {
  readonly heading: string;
  readonly lines: readonly Line[];
}

const MOST_CHARS = 2000;

/** Steps of a path: dots part fields, brackets hold a name or an index, and neither is cut inside the other. */
export function steps(path: string): string[] {
  return path.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
}

/** Where the change is, and what it is called there: list items stay with the heading. */
export function place(path: string): { heading: string; field: string } {
  const all = steps(path);
  let cut = all.length - 1;
  while (cut > 0 && all[cut]?.startsWith('[')) cut--;
  // `env[PAYMENTS_PORT].value` reads better under its container
  const named = all[cut - 1]?.startsWith('[') && cut >= 2 ? cut - 2 : cut;
  const isEnv = all[named] === 'env' && named > 0;
  const at = isEnv ? named : cut;
  return { heading: join(all.slice(0, at)) || '.', field: isEnv ? envField(all.slice(at)) : join(all.slice(at)) };
}

const join = (parts: readonly string[]): string =>
  parts.reduce((said, p) => (p.startsWith('[') ? said + p : said === '' ? p : `${said}.${p}`), '');

function envField([, name = '', ...rest]: readonly string[]): string {
  const bare = name.slice(1, -1);
  return rest.length === 0 || rest[0] === 'value' ? `env ${bare}` : `env ${bare} ${join(rest)}`;
}

/** A value on as few lines as it needs. */
export function say(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'absent');
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}

function lines(field: string, { op, before, after }: FieldDiff): Line[] {
  const said: Line[] = [];
  if (op !== 'add') said.push({ sign: '-', text: `${field}: ${say(before)}` });
  if (op !== 'remove') said.push({ sign: '+', text: `${field}: ${say(after)}` });
  return said;
}

const weight = (path: string): number => {
  if (path.startsWith('status')) return 4;
  if (/\.(labels|annotations)\b|^metadata/.test(path)) return 3;
  if (/\.image$/.test(path)) return 0;
  return /containers\[/.test(path) ? 1 : 2;
};

/** A value on one line, cut to what a list can show. */
export function sayShort(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

/** Diffs by heading: images first, then containers, the rest, labels and status last; otherwise in the order they came. */
export function rows(diff: readonly FieldDiff[]): Part[] {
  const parts = new Map<string, Line[]>();
  for (const each of [...diff].sort((a, b) => weight(a.path) - weight(b.path))) {
    const { heading, field } = place(each.path);
    parts.set(heading, [...(parts.get(heading) ?? []), ...lines(field, each)]);
  }
  return [...parts].map(([heading, all]) => ({ heading, lines: all }));
}
