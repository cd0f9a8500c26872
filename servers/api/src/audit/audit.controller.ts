import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import type { RawQuery } from '../asking/query.ts';
import { AUDIT } from '../tokens.ts';
import type { AuditDesk } from './audit.ts';

@Controller('api/v1/audit')
export class AuditController {
  readonly #audit: AuditDesk;

  constructor(@Inject(AUDIT) audit: AuditDesk) {
    this.#audit = audit;
  }

  @Get()
  list(@Query() query: RawQuery, @Req() request: Request) {
    return this.#audit.list(query, request);
  }

  @Get('verify')
  verify(@Query() query: RawQuery, @Req() request: Request) {
    return this.#audit.verify(query, request);
  }
}
