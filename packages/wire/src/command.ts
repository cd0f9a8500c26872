// What servers ask of a cluster's agents, over `mosaic.commands.<cluster>`. Old agents pass over kinds they do not know.

import { z } from 'zod';
import { decodeUtf8, encodeUtf8, Malformed } from './bytes.ts';

/** A tail is asked for again before it ends; without that it ends by itself. */
export const TAIL_LEASE_MS = 60_000;

/** Somebody looks at logs as they come: until then seal every half second. */
export const tailCommandSchema = z.object({ kind: z.literal('tail'), until: z.number().int() });
export type TailCommand = z.infer<typeof tailCommandSchema>;

/** Asked again before it ends, as long as it holds. */
export const HOLD_LEASE_MS = 60_000;

/** Servers are behind by half of what topics keep: chunks stay in the spools until then, or they would be deleted unread. */
export const holdCommandSchema = z.object({ kind: z.literal('hold'), until: z.number().int() });
export type HoldCommand = z.infer<typeof holdCommandSchema>;

const commandSchema = z.discriminatedUnion('kind', [tailCommandSchema, holdCommandSchema]);
export type Command = z.infer<typeof commandSchema>;
const KINDS: ReadonlySet<string> = new Set(['tail', 'hold']);

export const commandsTopic = (cluster: number): string => `mosaic.commands.${cluster}`;

export const writeCommand = (command: Command): Uint8Array => encodeUtf8(JSON.stringify(command));

/** Undefined for a kind this reader does not know. Throws `Malformed`. */
export function readCommand(bytes: Uint8Array): Command | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(bytes));
  } catch (cause) {
    throw new Malformed('a command that is not JSON', { cause });
  }
  const known = z.object({ kind: z.string() }).safeParse(value);
  if (!known.success) throw new Malformed('a command without a kind');
  if (!KINDS.has(known.data.kind)) return undefined;
  const read = commandSchema.safeParse(value);
  if (!read.success) throw new Malformed(`command ${z.prettifyError(read.error).replace(/\s+/g, ' ')}`);
  return read.data;
}
