// What a question can come back with instead of an answer, in words a person can act on.

import type { Problem } from '@mosaic/wire';
import { strings } from '../strings.ts';

export class Unanswered extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, problem: Problem | undefined, retryAfterMs: number | undefined, cause?: unknown) {
    super(problem?.detail ?? strings.problem.status(status), { cause });
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** Worth asking again by itself: the server says so, or the network is away. */
  get isPassing(): boolean {
    return (
      this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503 || this.status === 504
    );
  }
}

export interface Said {
  readonly what: string;
  readonly why: string;
  readonly todo: string;
  readonly id?: string;
}

/** What went wrong, why, and what to do. */
export function explain(error: unknown): Said {
  const texts = strings.problem;
  if (!(error instanceof Unanswered)) return { what: texts.page, why: String(error), todo: texts.reload };
  const { status, problem } = error;
  const detail = problem?.detail ?? texts.status(status);
  // most details name the fields themselves
  const fields = problem?.errors
    ?.filter((e) => !detail.includes(e.expected))
    .map((e) => texts.field(e.field, e.expected, e.got))
    .join('; ');
  return {
    what: problem?.title ?? texts.title(status),
    why: [detail, fields].filter(Boolean).join(' '),
    todo: texts.todo(status),
    ...(problem === undefined ? {} : { id: problem.id }),
  };
}
