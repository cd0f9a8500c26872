// Behind an edge that was seen: the connections, their tuples before and after address translation, and what named the ends.

import { z } from 'zod';
import { instantSchema } from './instants.ts';

/** Part of an edge's explanation when it was seen, not declared. */
export const connectionEvidenceSchema = z.object({
  at: instantSchema,
  until: instantSchema,
  node: z.string(),
  source: z.string(),
  side: z.enum(['client', 'server', 'both']),
  protocol: z.enum(['tcp', 'udp']),
  method: z.string(),
  client: z.string(),
  /** What the client called, before address translation. */
  called: z.string(),
  /** After it. */
  server: z.string(),
  nat: z.enum(['seen', 'none', 'unknown']),
  opened: z.number(),
  failed: z.number(),
  open: z.number(),
  bytesOut: z.number().optional(),
  bytesIn: z.number().optional(),
  /** What named each end: `lease 10.0.1.7 of shop/cart-7d9f since 03:12:00`. */
  fromLease: z.string().optional(),
  toLease: z.string().optional(),
  rule: z.string(),
  confidence: z.number(),
});
export type ConnectionEvidence = z.infer<typeof connectionEvidenceSchema>;
