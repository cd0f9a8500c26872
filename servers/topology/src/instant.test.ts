import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from './instant.ts';

test('an instant is written as a date writes it', () => {
  const instants = fc.oneof(
    fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
    fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
    fc.constantFrom(0, -1, 1, 86_399_999, 86_400_000, 253_402_300_799_999, 253_402_300_800_000),
  );
  fc.assert(
    fc.property(instants, (at) => {
      expect(instant(at)).toBe(new Date(at).toISOString());
    }),
  );
});
