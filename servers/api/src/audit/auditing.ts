// Everything that changes something is recorded before its answer leaves, done or refused; what the gate turned away is recorded too, sparingly.

import type { Log } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import { boundedMap } from '../asking/bounded-map.ts';
import { Refused } from '../asking/problem.ts';
import { shapeOf } from '../openapi/endpoints.ts';
import { actionOf, deedOf } from './deeds.ts';

/** The same refusal of the same address is one entry in this time: a flood must not become the audit's. */
const SAME_REFUSAL_MS = 10 * 60_000;
const SAME_LIMIT_MS = 60_000;
const MOST_KNOWN = 5_000;

export interface Auditing {
  readonly interceptor: NestInterceptor;
  /** What the gate turned away. Never rejects. */
  turnedAway(request: Request, error: unknown): Promise<void>;
}

export function auditing({ audit }: Pick<Store, 'audit'>, log: Pick<Log, 'error'>, now: () => number): Auditing {
  const told = boundedMap<number>(MOST_KNOWN);
  const isAgain = (key: string, withinMs: number): boolean => {
    const last = told.get(key);
    if (last !== undefined && Math.abs(now() - last) < withinMs) return true;
    told.set(key, now());
    return false;
  };
  const refused = async (request: Request, action: string, error: unknown): Promise<void> => {
    const isLimit = error instanceof Refused && error.status === 429;
    if (isLimit && isAgain(`${addressOf(request)} ${action}`, SAME_LIMIT_MS)) return;
    await audit.record({ ...deedOf(request, action), result: resultOf(error) });
  };
  return {
    interceptor: {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const request = context.switchToHttp().getRequest<Request>();
        const action = actionOf(request.method, request.path);
        if (action === undefined) return next.handle();
        return next.handle().pipe(
          catchError((error: unknown) =>
            from(
              refused(request, action, error).then(() => {
                throw error;
              }),
            ),
          ),
          mergeMap(async (answer: unknown) => {
            await audit.record({ ...deedOf(request, action), result: 'done' });
            return answer;
          }),
        );
      },
    },
    async turnedAway(request, error) {
      if (!(error instanceof Refused) || error.status > 403) return;
      const shape = shapeOf(request.path);
      if (isAgain(`${addressOf(request)} ${error.status}`, SAME_REFUSAL_MS)) return;
      const deed = { actor: 'nobody', action: 'request.refused', target: `${request.method} ${shape}` };
      const asked = { request: JSON.stringify({ address: addressOf(request) }) };
      await audit
        .record({ ...deed, ...asked, result: resultOf(error) })
        .catch((failed: unknown) => log.error('a refusal is not in the audit', { error: failed }));
    },
  };
}

const addressOf = ({ socket }: Request): string => socket.remoteAddress ?? '';

const resultOf = (error: unknown): string =>
  `refused: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
