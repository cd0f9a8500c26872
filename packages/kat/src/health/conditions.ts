// status.conditions, as nearly every kind has them.

import { type Json, recordsAt, textAt } from '../manifest.ts';

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

export const conditionsOf = (object: Json): readonly Condition[] =>
  recordsAt(object, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type') ?? '',
    status: textAt(condition, 'status') ?? 'Unknown',
    reason: textAt(condition, 'reason'),
    message: textAt(condition, 'message'),
  }));

export const conditionOf = (object: Json, type: string): Condition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type);

/** `not Ready: DependencyNotReady` */
export const told = (text: string, { reason }: Condition): string =>
  reason === undefined ? text : `${text}: ${reason}`;
