import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { RawQuery } from '../asking/query.ts';
import { takesGzip } from '../http/json.ts';
import { visitorOf } from '../people/visitor.ts';
import { REPORT } from '../tokens.ts';
import type { Reports } from './report.ts';

/** The file brings its own: nothing runs in it and nothing is fetched. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

@Controller('api/v1/report')
export class ReportController {
  readonly #reports: Reports;

  constructor(@Inject(REPORT) reports: Reports) {
    this.#reports = reports;
  }

  @Get('key')
  key() {
    return this.#reports.key();
  }

  @Get()
  async report(@Query() query: RawQuery, @Req() request: Request, @Res() response: Response) {
    const { type, fileName, blocks } = await this.#reports.open(query, visitorOf(request));
    response.set({
      ...{ 'Content-Type': type, 'Content-Disposition': `attachment; filename="${fileName}"` },
      ...{ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store', Vary: 'Accept-Encoding' },
    });
    if (request.method === 'HEAD') return response.end();
    if (takesGzip(request)) response.set('Content-Encoding', 'gzip');
    const written = takesGzip(request)
      ? pipeline(blocks, createGzip({ level: 1 }), response)
      : pipeline(blocks, response);
    return written.catch(unlessGone);
  }
}

/** Who asked has left. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
