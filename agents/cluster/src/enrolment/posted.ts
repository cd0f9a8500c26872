// One question to Mosaic's server: JSON there and back, its certificate checked against our own authority when there is one.

import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

export interface Posted {
  readonly status: number;
  readonly body: unknown;
  /** Ms, of `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

const ANSWER_WITHIN_MS = 15_000;
const MOST_BYTES = 64 * 1024;

/** Rejects when nobody answers, or somebody whose certificate does not fit. */
export function posted(url: URL, body: unknown, ca: string | undefined): Promise<Posted> {
  const text = JSON.stringify(body);
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  const options = { method: 'POST', headers, timeout: ANSWER_WITHIN_MS, ...(ca !== undefined && { ca }) };
  return new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? secure : plain)(url, options, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        answer += part;
        if (answer.length > MOST_BYTES)
          response.destroy(new RangeError(`${url.href} answered more than ${MOST_BYTES} bytes`));
      });
      response.on('error', reject).on('end', () => {
        const seconds = Number(response.headers['retry-after'] ?? Number.NaN);
        const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
        resolve({ status: response.statusCode ?? 0, body: parsed(answer), retryAfterMs });
      });
    });
    asked.on('timeout', () =>
      asked.destroy(new Error(`${url.href} did not answer within ${ANSWER_WITHIN_MS / 1000} s`)),
    );
    asked.on('error', reject).end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
