import { Controller, Get, Inject } from '@nestjs/common';
import { DOCUMENT } from '../tokens.ts';

@Controller('api')
export class OpenApiController {
  readonly #document: object;

  constructor(@Inject(DOCUMENT) document: object) {
    this.#document = document;
  }

  @Get('openapi.json')
  document() {
    return this.#document;
  }
}
