// Python counts and cuts text by code point, JavaScript by UTF-16 unit; plain ASCII takes the short way.

const BEYOND_BASIC = /[\ud800-\udfff]/;

export function codePoints(text: string): string[] {
  return BEYOND_BASIC.test(text) ? Array.from(text) : text.split('');
}

export function codePointLength(text: string): number {
  return BEYOND_BASIC.test(text) ? Array.from(text).length : text.length;
}

/** Order of two texts by code point: negative, 0 or positive. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!BEYOND_BASIC.test(a) && !BEYOND_BASIC.test(b)) return a < b ? -1 : 1;
  const left = Array.from(a);
  const right = Array.from(b);
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
