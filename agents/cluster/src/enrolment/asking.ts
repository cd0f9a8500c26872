// Questions of an agent to Mosaic's server, and what its refusals mean.

import { readFile } from 'node:fs/promises';
import { problemSchema, Unavailable } from '@mosaic/wire';
import { posted } from './posted.ts';

/** The server understood and said no. */
export class NotEnrolled extends Error {
  override readonly name = 'NotEnrolled';
}

export interface ServerAddress {
  /** Address of Mosaic's page. */
  readonly server: string | undefined;
  /** Authority of the server's certificate, PEM file. */
  readonly caFile: string | undefined;
}

/** Throws `NotEnrolled` with the server's reason, and `Unavailable` for what passes. */
export async function ask({ server, caFile }: ServerAddress, path: string, body: unknown): Promise<unknown> {
  if (server === undefined) throw new NotEnrolled('MOSAIC_SERVER is empty; set it to the address of Mosaic’s page');
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  const url = new URL(`${server.replace(/\/+$/, '')}/api/v1${path}`);
  const answer = await posted(url, body, ca).catch((cause: unknown) => {
    throw new Unavailable(`${url.origin} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  });
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const problem = problemSchema.safeParse(answer.body);
  const said = problem.success ? problem.data.detail : `${url.href} answered ${answer.status}`;
  if (answer.status === 429 || answer.status >= 500) throw new Unavailable(said);
  throw new NotEnrolled(`the server refused: ${said}`);
}
