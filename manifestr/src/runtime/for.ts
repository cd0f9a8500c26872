// `for`: filtered, with `loop`, with `else`, recursive.

import { iterate } from '../python/iterate.ts';
import { truth, undefinedError } from '../python/text.ts';
import { PyIterator, Undefined, type Value } from '../python/values.ts';
import type { ForShape } from '../template/nodes.ts';
import { assign } from './assign.ts';
import { evaluate } from './evaluate.ts';
import { execute } from './execute.ts';
import { calledFrame, type Frame, innerFrame } from './frame.ts';
import { namesOf } from './hidden-names.ts';
import { loopOver } from './loop.ts';

export function runFor(shape: ForShape, frame: Frame): void {
  const over = evaluate(shape.over, frame);
  if (!shape.recursive) {
    rounds(shape, over, frame, undefined, 0);
    return;
  }
  const buffered = calledFrame(frame, false);
  rounds(shape, over, buffered, recursion(shape, frame), 0);
  frame.out.push(buffered.out.join(''));
}

type Recurse = (over: Value, depth: number) => string;

function recursion(shape: ForShape, frame: Frame): Recurse {
  return function recurse(over, depth) {
    return frame.runtime.work.nested(() => {
      const inner = calledFrame(frame, false);
      rounds(shape, over, inner, recurse, depth);
      return inner.out.join('');
    });
  };
}

function rounds(shape: ForShape, given: Value, frame: Frame, recurse: Recurse | undefined, depth: number): void {
  if (given instanceof Undefined && given.strict) throw undefinedError(given);
  const over = shape.test === undefined ? given : new PyIterator(passing(shape, given, frame));
  const loop = loopOver(over, recurse, depth);
  const names = namesOf(shape.body);
  let isEmpty = true;
  for (let next = loop.next(); next !== undefined; next = loop.next()) {
    frame.runtime.work.step();
    isEmpty = false;
    const inner = innerFrame(frame, names);
    if (shape.usesLoop) inner.scope.declare('loop', loop.object);
    assign(shape.target, next, inner);
    execute(shape.body, inner);
  }
  if (isEmpty) execute(shape.otherwise, innerFrame(frame, namesOf(shape.otherwise)));
}

function* passing(shape: ForShape, over: Value, frame: Frame): Generator<Value> {
  for (const entry of iterate(over)) {
    const inner = innerFrame(frame);
    assign(shape.target, entry, inner);
    if (shape.test === undefined || truth(evaluate(shape.test, inner))) yield entry;
  }
}
