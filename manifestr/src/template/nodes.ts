// The parsed form of a template. `at` is the offset an error about the node points to.

import type { BinaryOperator } from '../python/operators.ts';
import type { Value } from '../python/values.ts';

export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly keywords: readonly { readonly name: string; readonly value: Expression }[];
  readonly rest: Expression | undefined;
  readonly restKeywords: Expression | undefined;
}

type ExpressionShape =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'tuple'; readonly entries: readonly Expression[] }
  | { readonly kind: 'list'; readonly entries: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly { readonly key: Expression; readonly value: Expression }[] }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly key: Expression }
  | { readonly kind: 'slice'; readonly of: Expression; readonly bounds: readonly (Expression | undefined)[] }
  | { readonly kind: 'call'; readonly callee: Expression; readonly args: Arguments }
  | { readonly kind: 'filter'; readonly input: Expression | undefined; readonly name: string; readonly args: Arguments }
  | { readonly kind: 'test'; readonly input: Expression; readonly name: string; readonly args: Arguments }
  | { readonly kind: 'unary'; readonly operator: '-' | '+' | 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  | { readonly kind: 'compare'; readonly first: Expression; readonly rest: readonly Comparison[] }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | undefined;
    };

export type Expression = ExpressionShape & { readonly at: number };

export interface Comparison {
  readonly operator: CompareOperator;
  readonly operand: Expression;
}

type TargetShape =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly name: string; readonly attribute: string }
  | { readonly kind: 'tuple'; readonly entries: readonly Target[] };

/** What can stand left of `=` or between `for` and `in`. */
export type Target = TargetShape & { readonly at: number };

export interface Parameter {
  readonly name: string;
  readonly otherwise: Expression | undefined;
}

export type Body = readonly Statement[];
type FilterExpression = Extract<Expression, { kind: 'filter' }>;

type StatementShape =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Expression }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Expression; readonly body: Body }[];
      readonly otherwise: Body;
    }
  | ForShape
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: 'capture';
      readonly target: Target;
      readonly filter: FilterExpression | undefined;
      readonly body: Body;
    }
  | {
      readonly kind: 'with';
      readonly targets: readonly Target[];
      readonly values: readonly Expression[];
      readonly body: Body;
    }
  | { readonly kind: 'filter'; readonly filter: FilterExpression; readonly body: Body }
  | { readonly kind: 'scope'; readonly body: Body }
  | { readonly kind: 'macro'; readonly macro: MacroShape }
  | { readonly kind: 'call'; readonly call: Extract<Expression, { kind: 'call' }>; readonly caller: MacroShape }
  | { readonly kind: 'block'; readonly block: BlockShape }
  | { readonly kind: 'extends'; readonly template: Expression }
  | {
      readonly kind: 'include';
      readonly template: Expression;
      readonly ignoreMissing: boolean;
      readonly withContext: boolean;
    }
  | { readonly kind: 'import'; readonly template: Expression; readonly name: string; readonly withContext: boolean }
  | {
      readonly kind: 'from';
      readonly template: Expression;
      readonly names: readonly { readonly name: string; readonly as: string }[];
      readonly withContext: boolean;
    };

export type Statement = StatementShape & { readonly at: number };

export interface ForShape {
  readonly kind: 'for';
  readonly target: Target;
  readonly over: Expression;
  readonly test: Expression | undefined;
  readonly recursive: boolean;
  /** Jinja makes `loop` only where the body names it, and includes see it only then. */
  readonly usesLoop: boolean;
  readonly body: Body;
  readonly otherwise: Body;
}

export interface MacroShape {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Body;
  readonly usesVarargs: boolean;
  readonly usesKwargs: boolean;
  readonly usesCaller: boolean;
}

export interface BlockShape {
  readonly name: string;
  readonly scoped: boolean;
  readonly required: boolean;
  readonly body: Body;
}

export interface Template {
  readonly name: string;
  readonly source: string;
  readonly body: Body;
  readonly blocks: ReadonlyMap<string, BlockShape>;
  readonly hasExtends: boolean;
}
