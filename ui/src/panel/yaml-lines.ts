// A manifest as YAML, line by line with its parts told apart, so that it can be coloured without any markup of its own.

import { stringify } from 'yaml';

export interface YamlLine {
  readonly indent: string;
  readonly key: string;
  readonly value: string;
}

export const yamlOf = (manifest: unknown): string =>
  stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false });

const LINE = /^(\s*(?:- )*)([^\s:"'#|>][^:"']*:(?=\s|$))?(.*)$/;

export function yamlLines(text: string): YamlLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const [, indent = '', key = '', value = ''] = LINE.exec(line) ?? [];
      return { indent, key, value };
    });
}
