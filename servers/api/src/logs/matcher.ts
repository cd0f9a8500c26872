// Regular expressions from outside run on RE2: time linear in the line, whatever the expression (https://swtch.com/~rsc/regexp/regexp1.html).

import { RE2JS } from 're2js';

export const MOST_PATTERN_CHARS = 1_000;
/** Instructions of the compiled program: nested counts such as (a{100}){100} would make a long one. */
const MOST_PROGRAM = 20_000;

/** Whether it is found anywhere in a text; undefined when the expression cannot be read or is too large. */
export function linearMatcher(expression: string): ((text: string) => boolean) | undefined {
  if (expression.length > MOST_PATTERN_CHARS) return undefined;
  try {
    const compiled = RE2JS.compile(expression);
    if (compiled.programSize() > MOST_PROGRAM) return undefined;
    return (text) => compiled.test(text);
  } catch {
    return undefined; // a syntax error: the question names the field and what is expected
  }
}
