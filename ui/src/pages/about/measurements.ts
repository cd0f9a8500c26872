// The tables of measurements out of their Markdown, with the sentence above each; nothing else of Markdown is understood.

export interface Table {
  readonly lead: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const cells = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());

const isRule = (line: string): boolean => /^\|(\s*:?-+:?\s*\|)+\s*$/.test(line.trim());

/** Tables in their order. A row shorter than its head is filled up, a longer one is cut. */
export function tablesOf(markdown: string): Table[] {
  const lines = markdown.split(/\r?\n/);
  const tables: Table[] = [];
  let lead = '';
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (!line.startsWith('|') || !isRule(lines[i + 1] ?? '')) {
      if (line.trim() !== '' && !line.startsWith('|') && !line.startsWith('#')) lead = line.trim();
      continue;
    }
    const head = cells(line);
    const rows: string[][] = [];
    for (i += 2; lines[i]?.startsWith('|'); i++) {
      const row = cells(lines[i] ?? '');
      rows.push(head.map((_, column) => row[column] ?? ''));
    }
    tables.push({ lead, head, rows });
    lead = '';
  }
  return tables;
}

export interface Piece {
  readonly text: string;
  readonly isCode: boolean;
}

/** `codec`: in its parts, so that the page can set code as code. */
export function pieces(text: string): Piece[] {
  return text
    .split(/(`[^`]+`)/)
    .filter((part) => part !== '')
    .map((part) =>
      /^`[^`]+`$/.test(part) ? { text: part.slice(1, -1), isCode: true } : { text: part, isCode: false },
    );
}
