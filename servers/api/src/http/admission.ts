// At most so many questions at a time: beyond it a 429 that says when to come again, rather than a queue without end.

import type { NextFunction, Request, Response } from 'express';
import { Refused } from '../asking/problem.ts';

const MOST_AT_ONCE = 256;

export function admission(most = MOST_AT_ONCE) {
  let under = 0;
  return {
    atOnce: () => under,
    admit(_: Request, response: Response, next: NextFunction): void {
      if (under >= most)
        throw new Refused(429, `${most} questions are being answered already`, { headers: { 'Retry-After': '1' } });
      under++;
      response.once('close', () => {
        under--;
      });
      next();
    },
  };
}
