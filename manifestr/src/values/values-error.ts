// What is wrong with values or options; told to the user without a stack.

export class ValuesError extends Error {}

/** `file:line:column: message`. */
export function valuesErrorAt(file: string, text: string, at: number, message: string): ValuesError {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  const shown = text.split('\n')[line - 1] ?? '';
  const mark = ' '.repeat(String(line).length + 3 + column - 1);
  return new ValuesError(`${file}:${line}:${column}: ${message}\n  ${line} | ${shown}\n  ${mark}^`);
}
