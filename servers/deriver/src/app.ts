// The deriver as a NestJS application: its probes.

import 'reflect-metadata';
import { type Probes, probeAnswer } from '@mosaic/runtime';
import { Controller, Get, type INestApplication, Inject, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Request, Response } from 'express';

const PROBES = Symbol('probes');

@Controller()
class ProbesController {
  readonly #probes: Probes;

  constructor(@Inject(PROBES) probes: Probes) {
    this.#probes = probes;
  }

  @Get(['livez', 'readyz', 'metrics'])
  async answer(@Req() { path }: Request, @Res() response: Response): Promise<void> {
    const answer = await probeAnswer(path, this.#probes);
    if (answer === undefined) return void response.sendStatus(404);
    const { status, type, body, headers = {} } = answer;
    response
      .status(status)
      .set({ 'Content-Type': type, 'Cache-Control': 'no-store', ...headers })
      .send(body);
  }
}

@Module({})
class DeriverModule {}

/** Not listening yet. */
export async function deriverApp(probes: Probes): Promise<INestApplication> {
  const module = {
    module: DeriverModule,
    controllers: [ProbesController],
    providers: [{ provide: PROBES, useValue: probes }],
  };
  const app = await NestFactory.create(module, { logger: false, abortOnError: false });
  app.getHttpAdapter().getInstance().disable('x-powered-by');
  return app;
}
