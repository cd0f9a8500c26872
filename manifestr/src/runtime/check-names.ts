// Unknown filters and tests are found before anything is rendered, except inside `if`, where Jinja too waits.

import type { Template } from '../template/nodes.ts';
import { TemplateError } from '../template/template-error.ts';
import { nearest } from './nearest.ts';

interface Named {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly at?: unknown;
}

/** Throws TemplateError of kind `syntax`. */
export function checkNames(
  template: Template,
  filters: ReadonlyMap<string, unknown>,
  tests: ReadonlyMap<string, unknown>,
): void {
  visit(template.body);

  function visit(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const entry of node) visit(entry);
      return;
    }
    const { kind, name, at }: Named = node;
    if (kind === 'if' || kind === 'choice') return;
    if (kind === 'filter' && typeof name === 'string') check('filter', name, at, filters);
    if (kind === 'test' && typeof name === 'string') check('test', name, at, tests);
    for (const part of Object.values(node)) visit(part);
  }

  function check(type: string, name: string, at: unknown, known: ReadonlyMap<string, unknown>): void {
    if (known.has(name)) return;
    const close = nearest(name, [...known.keys()]);
    const place = { template: template.name, source: template.source, at: typeof at === 'number' ? at : 0 };
    throw new TemplateError(
      'syntax',
      `No ${type} named '${name}'${close === undefined ? '.' : `; did you mean '${close}'?`}`,
      place,
    );
  }
}
