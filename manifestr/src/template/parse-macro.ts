// `macro` and `call`: bodies with parameters.

import type { MacroShape, Parameter, Statement } from './nodes.ts';
import { parseExpression } from './parse-expression.ts';
import { bodyUntil } from './parse-statement.ts';
import { parseNameTarget } from './parse-target.ts';
import type { Found } from './parse-template.ts';
import type { TokenStream } from './token-stream.ts';

export function parseMacro(stream: TokenStream, found: Found, at: number): Statement {
  const name = parseNameTarget(stream);
  const parameters = parseParameters(stream);
  return { kind: 'macro', macro: macroBody(stream, found, 'macro', name, parameters, at), at };
}

export function parseCallBlock(stream: TokenStream, found: Found, at: number): Statement {
  const parameters = stream.isOperator('(') ? parseParameters(stream) : [];
  const call = parseExpression(stream);
  if (call.kind !== 'call') throw stream.fail('expected call', at);
  return { kind: 'call', call, caller: macroBody(stream, found, 'call', 'caller', parameters, at), at };
}

function macroBody(
  stream: TokenStream,
  found: Found,
  tag: string,
  name: string,
  parameters: readonly Parameter[],
  at: number,
): MacroShape {
  const { made, names } = stream.watching(() => bodyUntil(stream, found, [`end${tag}`], tag, at).body);
  const own = new Set(parameters.map((parameter) => parameter.name));
  const uses = (special: string): boolean => names.has(special) && !own.has(special);
  return {
    name,
    parameters,
    body: made,
    usesVarargs: uses('varargs'),
    usesKwargs: uses('kwargs'),
    usesCaller: uses('caller'),
  };
}

function parseParameters(stream: TokenStream): readonly Parameter[] {
  const parameters: Parameter[] = [];
  stream.expectOperator('(');
  while (!stream.isOperator(')')) {
    if (parameters.length > 0) stream.expectOperator(',');
    const name = parseNameTarget(stream);
    const otherwise = stream.skipOperator('=') ? parseExpression(stream) : undefined;
    if (otherwise === undefined && parameters.at(-1)?.otherwise !== undefined) {
      throw stream.fail('non-default argument follows default argument');
    }
    parameters.push({ name, otherwise });
  }
  stream.expectOperator(')');
  return parameters;
}
