import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { CLUSTERS } from '../tokens.ts';
import type { Clusters } from './clusters.ts';

@Controller('api/v1/clusters')
export class ClustersController {
  readonly #clusters: Clusters;

  constructor(@Inject(CLUSTERS) clusters: Clusters) {
    this.#clusters = clusters;
  }

  @Get()
  list(@Query() query: RawQuery) {
    return this.#clusters.list(query);
  }
}
