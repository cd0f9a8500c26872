import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ENROLMENTS } from '../tokens.ts';
import type { Enrolments } from './enrolments.ts';

@Controller('api/v1')
export class EnrolmentsController {
  readonly #enrolments: Enrolments;

  constructor(@Inject(ENROLMENTS) enrolments: Enrolments) {
    this.#enrolments = enrolments;
  }

  @Get('enrolments')
  list(@Req() request: Request) {
    return this.#enrolments.list(request);
  }

  @Post('enrolments')
  offer(@Body() body: unknown, @Req() request: Request) {
    return this.#enrolments.offer(body, request);
  }

  @Delete('enrolments/:id')
  @HttpCode(204)
  withdraw(@Param('id') id: string, @Req() request: Request) {
    return this.#enrolments.withdraw(id, request);
  }

  @Post('enroll')
  enroll(@Body() body: unknown, @Req() request: Request) {
    return this.#enrolments.enroll(body, request);
  }

  @Post('agent-certificates')
  certify(@Body() body: unknown, @Req() request: Request) {
    return this.#enrolments.certify(body, request);
  }

  @Get('clusters/:cluster/keys')
  keys(@Param('cluster') cluster: string, @Req() request: Request) {
    return this.#enrolments.keys(cluster, request);
  }

  @Delete('clusters/:cluster/keys')
  @HttpCode(204)
  revokeAll(@Param('cluster') cluster: string, @Req() request: Request) {
    return this.#enrolments.revoke(cluster, undefined, request);
  }

  @Delete('clusters/:cluster/keys/:key')
  @HttpCode(204)
  revoke(@Param('cluster') cluster: string, @Param('key') key: string, @Req() request: Request) {
    return this.#enrolments.revoke(cluster, key, request);
  }
}
