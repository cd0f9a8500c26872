import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import type { Logs } from '../logs/logs.ts';
import { LOGS, OBJECTS } from '../tokens.ts';
import type { ObjectPath, Objects } from './objects.ts';

@Controller('api/v1/objects')
export class ObjectsController {
  readonly #objects: Objects;
  readonly #logs: Logs;

  constructor(@Inject(OBJECTS) objects: Objects, @Inject(LOGS) logs: Logs) {
    this.#objects = objects;
    this.#logs = logs;
  }

  @Get()
  list(@Query() query: RawQuery) {
    return this.#objects.list(query);
  }

  @Get(':cluster/:uid')
  one(@Param() path: ObjectPath, @Query() query: RawQuery) {
    return this.#objects.one(path, query);
  }

  @Get(':cluster/:uid/history')
  history(@Param() path: ObjectPath, @Query() query: RawQuery) {
    return this.#objects.history(path, query);
  }

  @Get(':cluster/:uid/diff')
  diff(@Param() path: ObjectPath, @Query() query: RawQuery) {
    return this.#objects.diff(path, query);
  }

  @Get(':cluster/:uid/blame')
  blame(@Param() path: ObjectPath, @Query() query: RawQuery) {
    return this.#objects.blame(path, query);
  }

  @Get(':cluster/:uid/log')
  log(@Param() path: ObjectPath, @Query() query: RawQuery) {
    return this.#logs.ofObject(path, query);
  }
}
