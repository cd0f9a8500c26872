// One line of the API's table: what the document, the router's 405 and the tests read.

import type { jsonSchemaOf } from '@mosaic/wire';
import type { Shape } from '../asking/query.ts';

/** Any schema of wire: zod is known there alone. */
export type AnswerSchema = Parameters<typeof jsonSchemaOf>[0];

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Endpoint {
  /** Under `/api/v1`, unless `atRoot`; parameters in braces. */
  readonly path: string;
  readonly about: string;
  readonly query: Shape;
  /** Absent: not JSON (`type`), or a stream. */
  readonly answer?: AnswerSchema;
  readonly stream?: boolean;
  readonly type?: string | readonly string[];
  readonly atRoot?: boolean;
  /** Default GET alone. */
  readonly methods?: readonly Method[];
  /** JSON Schema of what PUT or POST takes. */
  readonly body?: Readonly<Record<string, unknown>>;
}
