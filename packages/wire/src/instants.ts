import { z } from 'zod';

/** RFC 3339 with milliseconds, UTC. */
export const instantSchema = z.iso.datetime({ offset: false, precision: 3 });
/** With nanoseconds. */
export const nanoInstantSchema = z.iso.datetime({ offset: false, precision: 9 });
