// The instants of a question, read as people write them; what cannot be read says so at its field.

import { inFull, NotAnInstant, readInstant } from '@mosaic/wire/written';
import { auditTexts as texts } from './texts.ts';
import { type Field, fieldsOf, USUAL, type Wish } from './wish.ts';

const INSTANTS = ['from', 'to', 'at'] as const;
export type InstantField = (typeof INSTANTS)[number];

export const isInstant = (field: Field): field is InstantField => INSTANTS.some((one) => one === field);

export interface Moments {
  readonly at: Readonly<Partial<Record<InstantField, number>>>;
  readonly errors: Readonly<Partial<Record<Field, string>>>;
}

export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function momentsIn({ question, fields }: Wish, now: number, zone = zoneHere()): Moments {
  const at: Partial<Record<InstantField, number>> = {};
  const errors: Partial<Record<Field, string>> = {};
  for (const field of fieldsOf(question).filter(isInstant)) {
    try {
      at[field] = readInstant(fields[field]?.trim() || (USUAL[field] ?? 'now'), { now, zone });
    } catch (error) {
      if (!(error instanceof NotAnInstant)) throw error;
      errors[field] = error.message;
    }
  }
  if (at.from !== undefined && at.to !== undefined && at.from > at.to) errors.from = texts.fromAfterTo;
  for (const field of ['object', 'what'] as const)
    if (fieldsOf(question).includes(field) && !fields[field]?.trim()) errors[field] = texts.needed(texts.fields[field]);
  return { at, errors };
}

export const shownInFull = (at: number, zone = zoneHere()): string => inFull(at, zone);
