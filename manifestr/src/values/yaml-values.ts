// Values from YAML 1.2 or JSON, ints and floats kept apart. Aliases are bounded, repeated keys refused.

import { parseAllDocuments, type YAMLError } from 'yaml';
import { PyDict, type Value } from '../python/values.ts';
import { ValuesError, valuesErrorAt } from './values-error.ts';

const OPTIONS = { version: '1.2', intAsBigInt: true, merge: true, uniqueKeys: true, prettyErrors: false } as const;
const MOST_ALIASES = 100;
const DEEPEST = 200;

/** Throws ValuesError with line and column. A file with several documents is refused. */
export function readYaml(file: string, text: string): Value {
  const documents = parseAllDocuments(text, OPTIONS);
  if ('empty' in documents) return null;
  const [document, second] = documents;
  if (document === undefined) return null;
  if (second !== undefined) throw valuesErrorAt(file, text, second.range[0], 'values are one document, not several');
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problemAt(file, text, problem);
  try {
    return pythonic(document.toJS({ mapAsMap: true, maxAliasCount: MOST_ALIASES }), file, 0);
  } catch (error) {
    throw error instanceof ValuesError
      ? error
      : new ValuesError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** JSON as JSON: what YAML would let pass beyond it is an error. */
export function readJson(file: string, text: string): Value {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ValuesError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readYaml(file, text);
}

function problemAt(file: string, text: string, { pos, message }: YAMLError): ValuesError {
  return valuesErrorAt(file, text, pos[0], message);
}

function pythonic(plain: unknown, file: string, depth: number): Value {
  if (depth > DEEPEST) throw new ValuesError(`${file}: nested more than ${DEEPEST} levels deep`);
  if (plain === null || plain === undefined) return null;
  if (typeof plain === 'string' || typeof plain === 'boolean' || typeof plain === 'bigint' || typeof plain === 'number')
    return plain;
  if (Array.isArray(plain)) return plain.map((entry) => pythonic(entry, file, depth + 1));
  if (!(plain instanceof Map)) throw new ValuesError(`${file}: a value of a kind that templates do not know`);
  const dict = new PyDict();
  for (const [key, value] of plain) dict.set(pythonic(key, file, depth + 1), pythonic(value, file, depth + 1));
  return dict;
}
