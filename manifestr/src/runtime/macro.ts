// Macros, and the `caller` of a call block: bodies that are called with arguments and give text.

import { orElse } from '../python/or-else.ts';
import { PyError } from '../python/py-error.ts';
import { repr } from '../python/text.ts';
import { type Keywords, PyDict, PyObject, PyTuple, Undefined, type Value } from '../python/values.ts';
import type { MacroShape } from '../template/nodes.ts';
import { evaluate } from './evaluate.ts';
import { execute } from './execute.ts';
import { calledFrame, type Frame } from './frame.ts';
import { namesOf } from './hidden-names.ts';

export function makeMacro(shape: MacroShape, frame: Frame, isAnonymous = false): PyObject {
  const { name, parameters } = shape;
  const names = namesOf(
    shape.body,
    parameters.map(({ otherwise }) => otherwise),
  );
  const call = (args: readonly Value[], keywords: Keywords): string =>
    frame.runtime.work.nested(() => {
      const inner = calledFrame(frame, true, names);
      const spare = placeArguments(shape, args, keywords, inner);
      placeSpecial(shape, args, spare, inner);
      execute(shape.body, inner);
      return inner.out.join('');
    });
  const facts: Readonly<Record<string, () => Value>> = {
    name: () => (isAnonymous ? null : name),
    arguments: () => new PyTuple(parameters.map((parameter) => parameter.name)),
    catch_kwargs: () => shape.usesKwargs,
    catch_varargs: () => shape.usesVarargs,
    caller: () => shape.usesCaller,
  };
  return new PyObject('Macro', {
    call,
    attribute: (fact) => (Object.hasOwn(facts, fact) ? facts[fact]?.() : undefined),
    text: () => `<Macro ${isAnonymous ? 'anonymous' : repr(name)}>`,
  });
}

/** Fills in the parameters and gives back the keywords that are none of them. */
function placeArguments(
  shape: MacroShape,
  args: readonly Value[],
  keywords: Keywords,
  inner: Frame,
): Map<string, Value> {
  const spare = new Map(keywords);
  shape.parameters.forEach(({ name, otherwise }, at) => {
    const value = at < args.length ? args[at] : spare.get(name);
    if (at >= args.length) spare.delete(name);
    if (value !== undefined) inner.scope.declare(name, value);
    else if (otherwise !== undefined) inner.scope.declare(name, evaluate(otherwise, inner));
    else inner.scope.declare(name, notProvided(name, inner));
  });
  return spare;
}

function notProvided(name: string, { runtime }: Frame): Undefined {
  return new Undefined(() => ({ message: `parameter ${repr(name)} was not provided`, variable: name }), runtime.strict);
}

function placeSpecial(
  shape: MacroShape,
  args: readonly Value[],
  spare: Map<string, Value>,
  { scope, runtime }: Frame,
): void {
  const { name, parameters } = shape;
  if (shape.usesCaller) {
    const caller = spare.get('caller');
    spare.delete('caller');
    scope.declare(
      'caller',
      orElse(caller, () => new Undefined(() => ({ message: 'No caller defined', variable: 'caller' }), runtime.strict)),
    );
  }
  if (shape.usesKwargs) scope.declare('kwargs', PyDict.from(spare));
  else refuseKeywords(name, spare);
  if (shape.usesVarargs) scope.declare('varargs', new PyTuple(args.slice(parameters.length)));
  else if (args.length > parameters.length) {
    throw new PyError('TypeError', `macro ${repr(name)} takes not more than ${parameters.length} argument(s)`);
  }
}

function refuseKeywords(name: string, spare: ReadonlyMap<string, Value>): void {
  const [first] = spare.keys();
  if (spare.has('caller')) {
    throw new PyError(
      'TypeError',
      `macro ${repr(name)} was invoked with two values for the special caller argument. This is most likely a bug.`,
    );
  }
  if (first !== undefined)
    throw new PyError('TypeError', `macro ${repr(name)} takes no keyword argument ${repr(first)}`);
}
