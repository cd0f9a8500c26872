// Checks rendered manifests: every document is YAML 1.2, and fits the schema of its Kubernetes kind.

import { isCollection, isMap, LineCounter, parseAllDocuments } from 'yaml';
import type { RenderedFile } from '../tree/render-tree.ts';
import { checkDocument } from './check-document.ts';
import { schemasFor } from './schemas.ts';

/** What is wrong, one line each, as `file:line:column: message`; empty when nothing is. */
export function validate(files: readonly RenderedFile[], kubernetesVersion?: string): readonly string[] {
  const schemas = schemasFor(kubernetesVersion);
  return files.flatMap(({ path, text }) => {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, {
      version: '1.2',
      uniqueKeys: true,
      prettyErrors: false,
      lineCounter: lines,
    });
    if ('empty' in documents) return [];
    const at = (offset: number): string => {
      const { line, col } = lines.linePos(offset);
      return `${path}:${line}:${col}`;
    };
    return documents.flatMap((document) => {
      const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => `${at(pos[0])}: ${message}`);
      if (broken.length > 0) return broken;
      const { contents } = document;
      if (contents === null) return [];
      const start = contents.range?.[0] ?? 0;
      // Configuration files may be rendered too; only what says it is a Kubernetes object is held to a schema.
      if (!isCollection(contents) || !isMap(contents)) return [];
      return checkDocument(contents, schemas).map(({ offset, message }) => `${at(offset ?? start)}: ${message}`);
    });
  });
}
