// Methods of safe text: as those of str, giving safe text, with what is put into it escaped (MarkupSafe 3).

import { callFields, type FieldValues, formatFields, mapFields } from './format-fields.ts';
import { formatSpec } from './format-spec.ts';
import { escaped, stripTags, unescapeHtml } from './html.ts';
import { toArray } from './iterate.ts';
import type { Method, Methods } from './methods.ts';
import { STRING_METHODS } from './methods-of-string.ts';
import { PyError } from './py-error.ts';
import { type Keywords, Markup, PyTuple, type Value } from './values.ts';

/** Which argument of these is put into the text. */
const INSERTED: Readonly<Record<string, number>> = { replace: 1, ljust: 1, rjust: 1, center: 1 };

const OWN: Methods<string> = {
  join: (self, args) =>
    new Markup(
      toArray(args[0] ?? null)
        .map(escaped)
        .join(self),
    ),
  format: (self, args, keywords) => new Markup(formatFields(self, escaping(callFields(args, keywords)))),
  format_map: (self, args) => new Markup(formatFields(self, escaping(mapFields(args[0] ?? null)))),
  striptags: (self) => stripTags(self),
  unescape: (self) => unescapeHtml(self),
};

export function markupMethod(name: string): Method<string> | undefined {
  if (Object.hasOwn(OWN, name)) return OWN[name];
  const method = Object.hasOwn(STRING_METHODS, name) ? STRING_METHODS[name] : undefined;
  if (method === undefined) return undefined;
  const place = INSERTED[name];
  return (self: string, args: readonly Value[], keywords: Keywords) =>
    marked(
      method(
        self,
        args.map((argument, at) => (at === place ? escaped(argument) : argument)),
        keywords,
      ),
    );
}

function escaping(fields: FieldValues): FieldValues {
  return {
    ...fields,
    write: (value, spec) => (value instanceof Markup ? plain(value, spec) : escaped(formatSpec(value, spec))),
  };
}

function plain({ text }: Markup, spec: string): string {
  if (spec !== '') throw new PyError('ValueError', 'Unsupported format specification for Markup.');
  return text;
}

function marked(value: Value): Value {
  if (typeof value === 'string') return new Markup(value);
  if (value instanceof PyTuple) return new PyTuple(value.entries.map(marked));
  return Array.isArray(value) ? value.map(marked) : value;
}
