// Reads `values = { … }` out of a Python module as data; nothing of it is run, and anything but literals is an error.

import { dictKey } from '../python/dict-key.ts';
import { binary, negate, positive } from '../python/operators.ts';
import { PyError } from '../python/py-error.ts';
import { PyDict, PyTuple, type Value } from '../python/values.ts';
import { type PythonToken, pythonTokens } from './python-tokens.ts';
import { ValuesError, valuesErrorAt } from './values-error.ts';

const CONSTANTS = new Map<string, Value>([
  ['True', true],
  ['False', false],
  ['None', null],
]);
const DEEPEST = 200;

/** Throws ValuesError with line and column for anything else in the module. */
export function readPythonModule(file: string, text: string): Value {
  const tokens = pythonTokens(file, text);
  let position = 0;
  let depth = 0;
  let values: Value | undefined;

  const current = (): PythonToken => tokens[position] ?? { type: 'end', text: '', at: text.length };
  const fail = (message: string, at = current().at): ValuesError => valuesErrorAt(file, text, at, message);
  const isSign = (sign: string): boolean => current().type === 'sign' && current().text === sign;
  const skip = (sign: string): boolean => {
    const there = isSign(sign);
    if (there) position++;
    return there;
  };
  const expect = (sign: string): void => {
    if (!skip(sign)) throw fail(`expected '${sign}', found ${shown(current())}`);
  };

  while (current().type !== 'end') statement();
  if (values === undefined) throw new ValuesError(`${file}: no \`values = { … }\` in it`);
  return values;

  function statement(): void {
    const { type, text: word, at } = current();
    if (type === 'newline') {
      position++;
      return;
    }
    if (at > 0 && /[ \t]/.test(text[at - 1] ?? '')) throw fail('unexpected indent');
    if (type === 'string') expression();
    else if (type !== 'name' || word !== 'values')
      throw fail(`only \`values = { … }\` may stand here, not ${shown(current())}`);
    else {
      position++;
      if (!isSign('=')) throw fail(`expected '=', found ${shown(current())}`);
      position++;
      values = tupleOrOne();
    }
    if (current().type !== 'newline') throw fail(`only literals are read, not ${shown(current())}`);
  }

  function tupleOrOne(): Value {
    const first = expression();
    if (!isSign(',')) return first;
    const entries = [first];
    while (skip(',') && current().type !== 'newline') entries.push(expression());
    return new PyTuple(entries);
  }

  function expression(): Value {
    if (++depth > DEEPEST) throw fail('nested too deeply');
    let left = operand();
    while (isSign('+') || isSign('-')) {
      const { text: sign, at } = current();
      position++;
      const right = operand();
      if (sign === '-' && (typeof left === 'string' || typeof right === 'string'))
        throw fail('text cannot be subtracted', at);
      left = combined(sign, left, right, at);
    }
    depth--;
    return left;
  }

  function combined(sign: string, left: Value, right: Value, at: number): Value {
    try {
      return binary(sign === '+' ? '+' : '-', left, right);
    } catch (error) {
      throw error instanceof PyError ? fail(error.message, at) : error;
    }
  }

  function operand(): Value {
    const { type, text: word, at } = current();
    if (type === 'string') return adjacentStrings();
    position++;
    if (type === 'number') return number(word, at);
    const constant = type === 'name' ? CONSTANTS.get(word) : undefined;
    if (constant !== undefined) return constant;
    if (word === '{') return dict();
    if (word === '[') return listOf(']');
    if (word === '(') return parenthesized();
    if (word === '-' || word === '+') {
      const value = operand();
      if (typeof value !== 'bigint' && typeof value !== 'number') throw fail('a sign belongs to a number', at);
      return word === '-' ? negate(value) : positive(value);
    }
    throw fail(`only literals are read, not ${shown({ type, text: word, at })}`, at);
  }

  function adjacentStrings(): string {
    let joined = '';
    while (current().type === 'string') {
      joined += current().text;
      position++;
    }
    return joined;
  }

  function number(word: string, at: number): Value {
    const digits = word.replaceAll('_', '').toLowerCase();
    const isName = current().type === 'name' && current().at === at + word.length;
    if (isName) throw fail(`'${word}${current().text}' is no number known here`, at);
    if (/^0[xob]/.test(digits)) return BigInt(digits);
    if (/[.e]/.test(digits)) return Number(digits);
    if (/^0\d*[1-9]/.test(digits)) throw fail('leading zeros in a number are not allowed; use 0o for octal', at);
    return BigInt(digits);
  }

  function dict(): PyDict {
    const made = new PyDict();
    while (!skip('}')) {
      const { at } = current();
      const key = expression();
      if (!skip(':')) throw fail(`expected ':', found ${shown(current())} (sets are not known here)`);
      made.set(hashable(key, at), expression());
      if (!isSign('}')) expect(',');
    }
    return made;
  }

  function hashable(key: Value, at: number): Value {
    try {
      dictKey(key);
      return key;
    } catch (error) {
      throw error instanceof PyError ? fail(error.message, at) : error;
    }
  }

  function listOf(end: string): Value[] {
    const entries: Value[] = [];
    while (!skip(end)) {
      entries.push(expression());
      if (!isSign(end)) expect(',');
    }
    return entries;
  }

  function parenthesized(): Value {
    if (skip(')')) return new PyTuple([]);
    const first = expression();
    if (skip(')')) return first;
    expect(',');
    return new PyTuple([first, ...listOf(')')]);
  }
}

function shown({ type, text }: PythonToken): string {
  if (type === 'newline') return 'the end of the line';
  if (type === 'end') return 'the end of the file';
  return type === 'string' ? 'a string' : `'${text}'`;
}
