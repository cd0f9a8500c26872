import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { SEARCH } from '../tokens.ts';
import type { Search } from './search.ts';

@Controller('api/v1/search')
export class SearchController {
  readonly #search: Search;

  constructor(@Inject(SEARCH) search: Search) {
    this.#search = search;
  }

  @Get()
  find(@Query() query: RawQuery) {
    return this.#search.find(query);
  }
}
