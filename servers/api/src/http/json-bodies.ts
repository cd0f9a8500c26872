// What is asked for with a body is asked in JSON: another type is refused by its name, not misread.

import type { NextFunction, Request, Response } from 'express';
import { Refused } from '../asking/problem.ts';

export function jsonBodies(request: Request, _: Response, next: NextFunction): void {
  const { path, headers } = request;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (path.startsWith('/api/') && hasBody && !request.is(['application/json', 'application/*+json']))
    throw new Refused(415, `Content-Type ${headers['content-type'] ?? 'none'}: bodies here are application/json`);
  next();
}
