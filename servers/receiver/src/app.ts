// The receiver as a NestJS application: probes, and before them the intakes others already speak (signals.md), which read their bodies themselves.

import 'reflect-metadata';
import { type Probes, probeAnswer } from '@mosaic/runtime';
import { Controller, Get, type INestApplication, Inject, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import type { Intakes } from './intakes/intakes.ts';

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
class ReceiverModule {}

/** Not listening yet. */
export async function receiverApp(
  probes: Probes,
  doors: () => Intakes | undefined = () => undefined,
): Promise<INestApplication> {
  const module = {
    module: ReceiverModule,
    controllers: [ProbesController],
    providers: [{ provide: PROBES, useValue: probes }],
  };
  const app = await NestFactory.create(module, { logger: false, abortOnError: false });
  app.getHttpAdapter().getInstance().disable('x-powered-by');
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (doors()?.handle(request, response) !== true) next();
  });
  return app;
}
