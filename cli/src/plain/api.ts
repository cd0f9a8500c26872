// A Kubernetes API as this command reads it: tables and texts, warnings on stderr, a Status as what went wrong.

import { EXIT, Unanswered } from '../exit.ts';
import { authorized } from '../people/token.ts';

export interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object: { readonly metadata: { readonly name: string; readonly namespace?: string } };
  }[];
}

export interface Api {
  text(path: string, query: Readonly<Record<string, string>>, accept: string): Promise<string>;
  json<T>(path: string, accept: string): Promise<T>;
  /** One object's answer is a table of one row. */
  table(path: string, query: Readonly<Record<string, string>>): Promise<Table>;
}

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const CODES: Readonly<Record<number, number>> = { 400: EXIT.usage, 404: EXIT.nothing, 410: EXIT.notCovered };

export function apiAt(url: string, get: typeof fetch = authorized): Api {
  const said = new Set<string>();
  const text = async (path: string, query: Readonly<Record<string, string>>, accept: string): Promise<string> => {
    const response = await get(`${url}${path}?${new URLSearchParams(query)}`, { headers: { accept } });
    const body = await response.text();
    if (!response.ok) throw new Unanswered(messageIn(body), CODES[response.status] ?? EXIT.error);
    for (const warning of warningsIn(response.headers.get('warning'))) {
      if (!said.has(warning)) process.stderr.write(`Warning: ${warning}\n`);
      said.add(warning);
    }
    return body;
  };
  return {
    text,
    json: async <T>(path: string, accept: string) => JSON.parse(await text(path, {}, accept)) as T, // what the API's paths answer
    table: async (path, query) => JSON.parse(await text(path, query, TABLE)) as Table, // what was accepted
  };
}

/** RFC 7234: `299 - "text"`, several by commas. */
export const warningsIn = (header: string | null): readonly string[] =>
  [...(header ?? '').matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, quoted = '""']) => JSON.parse(quoted) as string); // a quoted string of theirs is one of ours

function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown }; // a Status
    return typeof message === 'string' ? message : body.slice(0, 500);
  } catch {
    return body.slice(0, 500);
  }
}
