// Several rendered files as one stream of YAML documents, for `-o -`. One file alone is printed as it is.

import type { RenderedFile } from '../tree/render-tree.ts';

export function joinDocuments(files: readonly RenderedFile[]): string {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return only.text;
  return files.map(({ path, text }) => `---\n# Source: ${path}\n${withoutMarker(text)}`).join('');
}

/** A document's own `---` at its start would make an empty one before it. */
function withoutMarker(text: string): string {
  const body = text.startsWith('---\n') ? text.slice(4) : text;
  return body.endsWith('\n') || body === '' ? body : `${body}\n`;
}
