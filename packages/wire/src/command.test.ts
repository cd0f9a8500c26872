import { describe, expect, it } from 'vitest';
import { encodeUtf8, Malformed } from './bytes.ts';
import { readCommand, writeCommand } from './command.ts';

describe('a command', () => {
  it('comes out as it went in', () => {
    expect(readCommand(writeCommand({ kind: 'tail', until: 1_700_000_000_000 }))).toEqual({
      kind: 'tail',
      until: 1_700_000_000_000,
    });
  });

  it('of a kind from a later version is passed over', () => {
    expect(readCommand(encodeUtf8('{"kind":"dance","steps":3}'))).toBeUndefined();
  });

  it.each(['', '[]', '{}', '{"kind":"tail"}', '{"kind":"tail","until":"soon"}'])('%j is malformed', (text) => {
    expect(() => readCommand(encodeUtf8(text))).toThrow(Malformed);
  });
});
