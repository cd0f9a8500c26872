import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { LOGS } from '../tokens.ts';
import type { Logs } from './logs.ts';

@Controller('api/v1/logs')
export class LogsController {
  readonly #logs: Logs;

  constructor(@Inject(LOGS) logs: Logs) {
    this.#logs = logs;
  }

  @Get()
  ofPod(@Query() query: RawQuery) {
    return this.#logs.ofPod(query);
  }
}
