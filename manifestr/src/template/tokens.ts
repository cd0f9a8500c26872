// The words of the template language.

export type TokenType =
  | 'data'
  | 'variable_begin'
  | 'variable_end'
  | 'block_begin'
  | 'block_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'eof';

export interface Token {
  readonly type: TokenType;
  /** Text, name, operator, or decoded string; numbers are in `number`. */
  readonly value: string;
  readonly number?: bigint | number;
  readonly at: number;
}

export function describeToken({ type, value }: Token): string {
  switch (type) {
    case 'eof':
      return 'end of template';
    case 'block_begin':
      return 'begin of statement block';
    case 'block_end':
      return 'end of statement block';
    case 'variable_begin':
      return 'begin of print statement';
    case 'variable_end':
      return 'end of print statement';
    case 'data':
      return 'template data / text';
    default:
      return value;
  }
}
