import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RawQuery } from '../asking/query.ts';
import { LOG_TAIL, LOGS } from '../tokens.ts';
import type { LogTail } from './log-tail.ts';
import type { Logs } from './logs.ts';

@Controller('api/v1/logs')
export class LogsController {
  readonly #logs: Logs;
  readonly #tail: LogTail;

  constructor(@Inject(LOGS) logs: Logs, @Inject(LOG_TAIL) tail: LogTail) {
    this.#logs = logs;
    this.#tail = tail;
  }

  @Get()
  list(@Query() query: RawQuery, @Res({ passthrough: true }) response: Response) {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return this.#logs.list(query, gone.signal);
  }

  @Get('patterns')
  patterns(@Query() query: RawQuery) {
    return this.#logs.patterns(query);
  }

  @Get('context')
  context(@Query() query: RawQuery) {
    return this.#logs.context(query);
  }

  @Get('stream')
  stream(@Query() query: RawQuery, @Req() request: Request, @Res() response: Response) {
    return this.#tail.open(query, request, response);
  }
}
