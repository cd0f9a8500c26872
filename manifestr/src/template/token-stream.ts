// Walking over tokens with one step of foresight, and failing with the place.

import { TemplateError } from './template-error.ts';
import { describeToken, type Token, type TokenType } from './tokens.ts';

export class TokenStream {
  readonly template: string;
  readonly source: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  /** Names used, loops and macros being parsed: what they use decides what Jinja prepares for them. */
  readonly used: Set<string>[] = [new Set()];

  constructor(template: string, source: string, tokens: readonly Token[]) {
    this.template = template;
    this.source = source;
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#position] ?? { type: 'eof', value: '', at: this.source.length };
  }

  get following(): Token {
    return this.#tokens[this.#position + 1] ?? { type: 'eof', value: '', at: this.source.length };
  }

  next(): Token {
    const token = this.current;
    this.#position++;
    return token;
  }

  isName(...names: readonly string[]): boolean {
    return this.current.type === 'name' && names.includes(this.current.value);
  }

  isOperator(...operators: readonly string[]): boolean {
    return this.current.type === 'operator' && operators.includes(this.current.value);
  }

  skipName(name: string): boolean {
    const there = this.isName(name);
    if (there) this.#position++;
    return there;
  }

  skipOperator(operator: string): boolean {
    const there = this.isOperator(operator);
    if (there) this.#position++;
    return there;
  }

  expect(type: TokenType): Token {
    if (this.current.type !== type)
      throw this.unexpected(type === 'name' ? 'name' : describeToken({ type, value: type, at: 0 }));
    return this.next();
  }

  expectOperator(operator: string): Token {
    if (!this.isOperator(operator)) throw this.unexpected(operator);
    return this.next();
  }

  expectName(name: string): Token {
    if (!this.isName(name)) throw this.unexpected(name);
    return this.next();
  }

  unexpected(wanted: string): TemplateError {
    if (this.current.type === 'eof') return this.fail(`unexpected end of template, expected '${wanted}'.`);
    return this.fail(`expected token '${wanted}', got '${describeToken(this.current)}'`);
  }

  fail(message: string, at = this.current.at): TemplateError {
    return new TemplateError('syntax', message, { template: this.template, source: this.source, at });
  }

  /** Collects the names that `parse` meets; what encloses it gets them too, unless it stands apart. */
  watching<T>(parse: () => T, tellsOuter = true): { readonly made: T; readonly names: ReadonlySet<string> } {
    const names = new Set<string>();
    this.used.push(names);
    const made = parse();
    this.used.pop();
    if (tellsOuter) for (const name of names) this.used.at(-1)?.add(name);
    return { made, names };
  }
}
