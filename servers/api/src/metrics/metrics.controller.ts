import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { METRICS } from '../tokens.ts';
import type { Metrics } from './metrics.ts';

@Controller('api/v1/metrics')
export class MetricsController {
  readonly #metrics: Metrics;

  constructor(@Inject(METRICS) metrics: Metrics) {
    this.#metrics = metrics;
  }

  @Get('series')
  series(@Query() query: RawQuery) {
    return this.#metrics.series(query);
  }

  @Get('query')
  query(@Query() query: RawQuery) {
    return this.#metrics.query(query);
  }
}
