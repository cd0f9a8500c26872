import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { COVERAGE } from '../tokens.ts';
import type { CoverageReports } from './report.ts';

@Controller('api/v1/coverage')
export class CoverageController {
  readonly #coverage: CoverageReports;

  constructor(@Inject(COVERAGE) coverage: CoverageReports) {
    this.#coverage = coverage;
  }

  @Get()
  over(@Query() query: RawQuery) {
    return this.#coverage.over(query);
  }
}
