// Everything that is thrown becomes problem details (RFC 9457) with an id that the log also has.

import { randomUUID } from 'node:crypto';
import type { Log } from '@mosaic/runtime';
import { CannotWrite, NotKept } from '@mosaic/store';
import { type Problem, Unavailable } from '@mosaic/wire';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { notNow, Refused, titleOf } from '../asking/problem.ts';
import { sendJson } from './json.ts';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Log;
  readonly #methodsOf: (path: string) => readonly string[];

  /** `methodsOf`: what a path answers to, to tell 405 from 404. */
  constructor(log: Log, methodsOf: (path: string) => readonly string[]) {
    this.#log = log;
    this.#methodsOf = methodsOf;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(thrown, http.getRequest<Request>(), http.getResponse<Response>(), this.#log, this.#methodsOf);
  }
}

export function answerProblem(
  thrown: unknown,
  request: Request,
  response: Response,
  log: Log,
  methodsOf: (path: string) => readonly string[] = () => [],
): void {
  const refused = refusedBy(thrown, request, methodsOf);
  const { status, message, errors, headers } = refused;
  const id = randomUUID();
  const facts = { id, status, method: request.method, path: request.path, detail: message };
  if (status >= 500) log.error('request failed', { ...facts, error: thrown });
  else log.info('request refused', facts);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem: Problem = {
    type: 'about:blank',
    title: titleOf(status),
    status,
    detail: message,
    ...(errors && { errors: [...errors] }),
    id,
  };
  response.status(status).set(headers);
  sendJson(request, response, problem, 'application/problem+json');
}

function refusedBy(thrown: unknown, request: Request, methodsOf: (path: string) => readonly string[]): Refused {
  if (thrown instanceof Refused) return thrown;
  if (thrown instanceof NotKept) return new Refused(410, `${thrown.message}; ask for an instant from then on`);
  if (thrown instanceof Unavailable) return notNow(thrown.message, thrown.retryAfterMs);
  if (thrown instanceof CannotWrite) return notNow(thrown.message, 30_000);
  const status = statusOf(thrown);
  if (status === 404) return notFound(request, methodsOf);
  if (status !== undefined && status >= 400 && status < 500) return new Refused(status, messageOf(thrown));
  return new Refused(500, 'the server made a mistake; its log has more under this id');
}

function notFound({ method, path }: Request, methodsOf: (path: string) => readonly string[]): Refused {
  const methods = methodsOf(path);
  if (methods.length === 0) return new Refused(404, `${path} is not known; /api/docs lists what there is`);
  const allow = methods.join(', ');
  return new Refused(405, `${method} is not done at ${path}; it answers ${allow}`, { headers: { Allow: allow } });
}

/** Nest's own and body-parser's errors carry a status. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof URIError) return 400;
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return undefined;
  return typeof thrown.status === 'number' ? thrown.status : undefined;
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
