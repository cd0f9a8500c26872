// About how many bytes a record will take in its chunk: enough to seal in time.

import type { ClusterEvent, Revision, SlimDelta } from '@mosaic/wire';

const ROW_BYTES = 120;
const DIFF_BYTES = 80;

export const weightOfRevision = ({ body, diff, name }: Revision): number =>
  ROW_BYTES + body.length + name.length + diff.reduce((sum, field) => sum + weightOfDiff(field), 0);

const weightOfDiff = ({ path, before, after }: Revision['diff'][number]): number =>
  DIFF_BYTES + path.length + weightOfValue(before) + weightOfValue(after);

const weightOfValue = (value: unknown): number =>
  typeof value === 'string' ? value.length : typeof value === 'object' && value !== null ? DIFF_BYTES : 4;

/** Columns share most of it with their neighbours. */
export const weightOfDelta = ({ is, how }: SlimDelta): number => 24 + (is ? 120 : 0) + (how ? 60 : 0);

export const weightOfEvent = ({ message }: ClusterEvent): number => ROW_BYTES + message.length;
