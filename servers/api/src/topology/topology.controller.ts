import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RawQuery } from '../asking/query.ts';
import { STREAM, TOPOLOGY } from '../tokens.ts';
import type { TopologyStream } from './stream.ts';
import type { Topology } from './topology.ts';

@Controller('api/v1/topology')
export class TopologyController {
  readonly #topology: Topology;
  readonly #stream: TopologyStream;

  constructor(@Inject(TOPOLOGY) topology: Topology, @Inject(STREAM) stream: TopologyStream) {
    this.#topology = topology;
    this.#stream = stream;
  }

  @Get()
  at(@Query() query: RawQuery) {
    return this.#topology.at(query);
  }

  @Get('diff')
  diff(@Query() query: RawQuery) {
    return this.#topology.diff(query);
  }

  @Get('edges/:id/explain')
  explain(@Param('id') id: string, @Query() query: RawQuery) {
    return this.#topology.explain(id, query);
  }

  @Get('stream')
  stream(@Query() query: RawQuery, @Req() request: Request, @Res() response: Response) {
    return this.#stream.open(query, request, response);
  }
}
