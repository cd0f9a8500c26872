import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { INTAKE_TOKENS } from '../tokens.ts';
import type { IntakeTokens } from './intake-tokens.ts';

@Controller('api/v1/clusters/:cluster/tokens')
export class IntakeTokensController {
  readonly #tokens: IntakeTokens;

  constructor(@Inject(INTAKE_TOKENS) tokens: IntakeTokens) {
    this.#tokens = tokens;
  }

  @Get()
  list(@Param('cluster') cluster: string, @Query() query: RawQuery) {
    return this.#tokens.list(cluster, query);
  }

  @Post()
  make(@Param('cluster') cluster: string, @Body() body: unknown) {
    return this.#tokens.make(cluster, body);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('cluster') cluster: string, @Param('id') id: string) {
    return this.#tokens.remove(cluster, id);
  }
}
