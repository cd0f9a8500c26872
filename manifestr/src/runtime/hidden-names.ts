// Names a body sets only after its inner loops and macros could have used them: for those, Jinja does not look outside.

import type { Body, Statement, Target } from '../template/nodes.ts';

export interface FrameNames {
  /** Used or set right in the body. */
  readonly refs: ReadonlySet<string>;
  /** Set there before any use there. */
  readonly setFirst: ReadonlySet<string>;
}

const known = new WeakMap<Body, FrameNames>();

/** As Jinja's idtracking; `before` are expressions evaluated first, such as defaults of parameters. */
export function namesOf(body: Body, before: readonly unknown[] = []): FrameNames {
  const present = known.get(body);
  if (present !== undefined) return present;
  const refs = new Set<string>();
  const setFirst = new Set<string>();
  for (const node of before) load(node, refs);
  for (const statement of body) visit(statement, refs, setFirst);
  const names = { refs, setFirst };
  known.set(body, names);
  return names;
}

/** Inner bodies are not looked into: they have names of their own. */
function visit(statement: Statement, refs: Set<string>, setFirst: Set<string>): void {
  const store = (name: string): void => {
    if (!refs.has(name)) setFirst.add(name);
    refs.add(name);
  };
  switch (statement.kind) {
    case 'set':
      load(statement.value, refs);
      storeTarget(statement.target, store, refs);
      return;
    case 'capture':
      storeTarget(statement.target, store, refs);
      return;
    case 'macro':
      store(statement.macro.name);
      return;
    case 'import':
      load(statement.template, refs);
      store(statement.name);
      return;
    case 'from':
      load(statement.template, refs);
      for (const { as } of statement.names) store(as);
      return;
    case 'if':
      visitBranches(statement, refs, setFirst);
      return;
    default:
      load(expressionOf(statement), refs);
  }
}

/** What only one branch sets is looked for outside, too. */
function visitBranches(statement: Extract<Statement, { kind: 'if' }>, refs: Set<string>, setFirst: Set<string>): void {
  const bodies = [...statement.branches.map(({ body }) => body), statement.otherwise];
  for (const { test } of statement.branches) load(test, refs);
  for (const body of bodies) {
    const own = new Set(setFirst);
    for (const inner of body) visit(inner, refs, own);
  }
}

function expressionOf(statement: Statement): unknown {
  switch (statement.kind) {
    case 'print':
      return statement.value;
    case 'for':
      return statement.over;
    case 'with':
      return statement.values;
    case 'filter':
      return statement.filter;
    case 'call':
      return statement.call;
    case 'extends':
    case 'include':
      return statement.template;
    default:
      return undefined;
  }
}

function storeTarget(target: Target, store: (name: string) => void, refs: Set<string>): void {
  if (target.kind === 'tuple') for (const entry of target.entries) storeTarget(entry, store, refs);
  else if (target.kind === 'name') store(target.name);
  else refs.add(target.name);
}

function load(node: unknown, refs: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  if ('kind' in node && node.kind === 'constant') return;
  if ('kind' in node && node.kind === 'name' && 'name' in node && typeof node.name === 'string') refs.add(node.name);
  for (const part of Object.values(node)) load(part, refs);
}
