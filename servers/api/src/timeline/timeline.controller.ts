import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { TIMELINE } from '../tokens.ts';
import type { Timeline } from './timeline.ts';

@Controller('api/v1/timeline')
export class TimelineController {
  readonly #timeline: Timeline;

  constructor(@Inject(TIMELINE) timeline: Timeline) {
    this.#timeline = timeline;
  }

  @Get()
  over(@Query() query: RawQuery) {
    return this.#timeline.over(query);
  }
}
