// Carries out statements: each appends its text to the frame's output.

import { call } from '../python/members.ts';
import { PyError } from '../python/py-error.ts';
import { str, truth } from '../python/text.ts';
import { typeName } from '../python/type-name.ts';
import { Markup, type Value } from '../python/values.ts';
import type { Body, Expression, Statement } from '../template/nodes.ts';
import { assign } from './assign.ts';
import { renderBlock } from './block.ts';
import { applyFilter, argumentsOf, evaluate } from './evaluate.ts';
import { runFor } from './for.ts';
import { capturingFrame, type Frame, innerFrame, isMuted } from './frame.ts';
import { namesOf } from './hidden-names.ts';
import { located } from './locate.ts';
import { makeMacro } from './macro.ts';
import { extend, importNames, importTemplate, include } from './reuse.ts';

export function execute(body: Body, frame: Frame): void {
  for (const statement of body) {
    if (statement.kind === 'text') {
      emit(statement.text, frame);
      continue;
    }
    try {
      run(statement, frame);
    } catch (error) {
      throw located(error, frame.template, statement.at);
    }
  }
}

function run(statement: Exclude<Statement, { kind: 'text' }>, frame: Frame): void {
  const { scope } = frame;
  switch (statement.kind) {
    case 'print':
      if (!isMuted(frame)) emit(printed(statement.value, frame), frame);
      return;
    case 'if':
      execute(statement.branches.find(({ test }) => truth(evaluate(test, frame)))?.body ?? statement.otherwise, frame);
      return;
    case 'for':
      runFor(statement, frame);
      return;
    case 'set':
      assign(statement.target, evaluate(statement.value, frame), frame);
      return;
    case 'capture': {
      const inner = capturingFrame(frame, true, namesOf(statement.body));
      const text = captured(statement.body, inner);
      assign(statement.target, statement.filter === undefined ? text : filtered(statement.filter, text, inner), frame);
      return;
    }
    case 'filter': {
      const inner = capturingFrame(frame, false, namesOf(statement.body));
      const text = captured(statement.body, inner);
      joined(filtered(statement.filter, text, inner), frame);
      return;
    }
    case 'with': {
      const values = statement.values.map((value) => evaluate(value, frame));
      const inner = innerFrame(frame, namesOf(statement.body));
      statement.targets.forEach((target, at) => {
        assign(target, values[at] ?? null, inner);
      });
      execute(statement.body, inner);
      return;
    }
    case 'scope':
      execute(statement.body, innerFrame(frame, namesOf(statement.body)));
      return;
    case 'macro':
      scope.assign(statement.macro.name, makeMacro(statement.macro, frame));
      return;
    case 'call': {
      const { positional, keywords } = argumentsOf(statement.call.args, frame);
      keywords.set('caller', makeMacro(statement.caller, frame, true));
      const callee = evaluate(statement.call.callee, frame);
      joined(call(callee, positional, keywords), frame);
      return;
    }
    case 'block':
      renderBlock(statement.block, frame);
      return;
    case 'extends':
      extend(statement.template, frame);
      return;
    case 'include':
      include(statement, frame);
      return;
    case 'import':
      scope.assign(statement.name, importTemplate(statement, frame).module, false);
      return;
    case 'from':
      importNames(statement, frame);
      return;
  }
}

/** Placed at the expression, not at the braces before it. */
function printed(value: Expression, frame: Frame): string {
  const made = evaluate(value, frame);
  try {
    return str(made);
  } catch (error) {
    throw located(error, frame.template, value.at);
  }
}

function emit(text: string, frame: Frame): void {
  if (isMuted(frame)) return;
  frame.runtime.work.write(text.length);
  frame.out.push(text);
}

/** Into the output as it is: Jinja joins what filter and call blocks give, and Python joins nothing but text. */
function joined(made: Value, frame: Frame): void {
  if (typeof made !== 'string' && !(made instanceof Markup)) {
    throw new PyError('TypeError', `sequence item ${frame.out.length}: expected str instance, ${typeName(made)} found`);
  }
  frame.out.push(str(made));
}

function captured(body: Body, inner: Frame): string {
  execute(body, inner);
  return inner.out.join('');
}

type FilterExpression = Extract<Statement, { kind: 'filter' }>['filter'];

/** The chain of a block's filters, the innermost getting the block's text. */
function filtered(filter: FilterExpression, text: string, frame: Frame): Value {
  const input = filter.input?.kind === 'filter' ? filtered(filter.input, text, frame) : text;
  try {
    return applyFilter(filter, input, frame);
  } catch (error) {
    throw located(error, frame.template, filter.at);
  }
}
