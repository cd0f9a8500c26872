import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { CHANGES } from '../tokens.ts';
import type { Changes } from './changes.ts';

@Controller('api/v1/changes')
export class ChangesController {
  readonly #changes: Changes;

  constructor(@Inject(CHANGES) changes: Changes) {
    this.#changes = changes;
  }

  @Get()
  list(@Query() query: RawQuery) {
    return this.#changes.list(query);
  }
}
