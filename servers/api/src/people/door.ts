// Where a request passes the gate: everything is behind it but probes, the page's files, and what makes somebody of nobody.

import type { Log } from '@mosaic/runtime';
import type { NextFunction, Request, Response } from 'express';
import type { Auditing } from '../audit/auditing.ts';
import { answerProblem } from '../http/problem-filter.ts';
import { methodsOf } from '../openapi/endpoints.ts';
import type { Gate } from './gate.ts';

/** Compared exactly: what is spelled otherwise needs somebody. */
const OPEN: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);
const OPEN_POSTS: ReadonlySet<string> = new Set(['/api/v1/sessions', '/api/v1/enroll', '/api/v1/agent-certificates']);

const isOpen = ({ method, path }: Request): boolean => OPEN.has(path) || (method === 'POST' && OPEN_POSTS.has(path));

export const door =
  (gate: Gate, recording: Pick<Auditing, 'turnedAway'>, log: Log) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const admitted = isOpen(request) ? Promise.resolve() : gate.admit(request, response);
    admitted.then(
      () => next(),
      (error: unknown) => {
        void recording.turnedAway(request, error);
        answerProblem(error, request, response, log, methodsOf);
      },
    );
  };
