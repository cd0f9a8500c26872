// What a health rule answers.

import type { Health } from '@mosaic/wire';

export interface Verdict {
  readonly health: Health;
  /** Short, most important first: `CrashLoopBackOff (exit 1)`, `0 of 3 ready`. Empty when well. */
  readonly reasons: readonly string[];
}

export const WELL: Verdict = { health: 'well', reasons: [] };
export const broken = (...reasons: readonly string[]): Verdict => ({ health: 'broken', reasons });
export const degraded = (...reasons: readonly string[]): Verdict => ({ health: 'degraded', reasons });
export const unknown = (...reasons: readonly string[]): Verdict => ({ health: 'unknown', reasons });
