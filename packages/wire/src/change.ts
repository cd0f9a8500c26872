// The change log's entry: what a person would say of a revision. Written by the deriver.

import type { FieldDiff, Op } from './revision.ts';

/** 0 routine, 1 worth knowing, 2 a deploy or configuration change, 3 something broke or was deleted by hand. */
export type Severity = 0 | 1 | 2 | 3;

export interface Change {
  readonly at: number;
  readonly uid: string;
  readonly rv: number;
  readonly op: Op;
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  /** Topmost owner, `Deployment/checkout`, when known. */
  readonly workload?: string;
  /** Paths that differ. */
  readonly fields: readonly string[];
  readonly actor: string;
  /** `image shop/checkout:1.8.2 → 1.9.0`. */
  readonly summary: string;
  readonly severity: Severity;
  readonly diff: readonly FieldDiff[];
  readonly reconstructed?: string;
}
