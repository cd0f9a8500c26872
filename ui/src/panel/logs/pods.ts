// Pods side by side in one list: a colour each, and the part of their name that tells them apart.

export const POD_COLOURS = 8;

export interface PodTone {
  readonly name: string;
  /** 0…7: `--pod-0` … `--pod-7`. */
  readonly colour: number;
  readonly short: string;
}

/** `checkout-7d9f8-x2xkq` of `checkout` → `x2xkq`; alone, its whole name. */
export const shortPod = (name: string): string => name.split('-').at(-1) ?? name;

/** Known pods first, in their order; others (gone by now) after them as they are met, so that a colour stays with its pod. */
export function podTones(known: readonly string[]): (name: string) => PodTone {
  const tones = new Map<string, PodTone>();
  const tone = (name: string): PodTone => {
    const found = tones.get(name);
    if (found !== undefined) return found;
    const made = { name, colour: tones.size % POD_COLOURS, short: shortPod(name) };
    tones.set(name, made);
    return made;
  };
  for (const name of known) tone(name);
  return tone;
}
