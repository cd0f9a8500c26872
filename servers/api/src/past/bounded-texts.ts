// Texts by name, of bounded length altogether: the longest unused goes first.

export interface BoundedTexts {
  get(name: string): string | undefined;
  set(name: string, text: string): void;
}

export function boundedTexts(mostChars: number): BoundedTexts {
  const kept = new Map<string, string>();
  let chars = 0;
  return {
    get(name) {
      const text = kept.get(name);
      if (text === undefined) return undefined;
      kept.delete(name);
      kept.set(name, text);
      return text;
    },
    set(name, text) {
      chars += text.length - (kept.get(name)?.length ?? 0);
      kept.delete(name);
      kept.set(name, text);
      for (const [oldest, { length }] of kept) {
        if (chars <= mostChars) return;
        kept.delete(oldest);
        chars -= length;
      }
    },
  };
}
