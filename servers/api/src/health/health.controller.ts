import { type Probes, probeAnswer } from '@mosaic/runtime';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { notKnown } from '../asking/problem.ts';
import { PROBES } from '../tokens.ts';

@Controller()
export class HealthController {
  readonly #probes: Probes;

  constructor(@Inject(PROBES) probes: Probes) {
    this.#probes = probes;
  }

  @Get(['livez', 'readyz', 'metrics'])
  async answer(@Req() { path }: Request, @Res() response: Response): Promise<void> {
    const answer = await probeAnswer(path, this.#probes);
    if (answer === undefined) throw notKnown(`${path} is not known`);
    const { status, type, body, headers = {} } = answer;
    response
      .status(status)
      .set({ 'Content-Type': type, 'Cache-Control': 'no-store', ...headers })
      .end(body);
  }
}
