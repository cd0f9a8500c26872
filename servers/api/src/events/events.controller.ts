import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { EVENTS } from '../tokens.ts';
import type { Events } from './events.ts';

@Controller('api/v1/events')
export class EventsController {
  readonly #events: Events;

  constructor(@Inject(EVENTS) events: Events) {
    this.#events = events;
  }

  @Get()
  list(@Query() query: RawQuery) {
    return this.#events.list(query);
  }
}
