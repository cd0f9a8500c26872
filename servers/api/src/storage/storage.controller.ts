import { Body, Controller, Get, Inject, Put, Query } from '@nestjs/common';
import type { RawQuery } from '../asking/query.ts';
import { STORAGE } from '../tokens.ts';
import type { Storage } from './storage.ts';

@Controller('api/v1/storage')
export class StorageController {
  readonly #storage: Storage;

  constructor(@Inject(STORAGE) storage: Storage) {
    this.#storage = storage;
  }

  @Get()
  read(@Query() query: RawQuery) {
    return this.#storage.read(query);
  }

  @Put('retention')
  retain(@Body() body: unknown) {
    return this.#storage.retain(body);
  }
}
