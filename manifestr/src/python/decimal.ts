// A double written out exactly in decimal digits, rounded half to even: what Python's round() and %.2f do and toFixed() does not.

/** `magnitude` × 10^-`scale`, without sign. */
interface Exact {
  readonly magnitude: bigint;
  readonly scale: number;
}

const bits = new DataView(new ArrayBuffer(8));

function exact(value: number): Exact {
  bits.setFloat64(0, Math.abs(value));
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  const fraction = raw & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  if (exponent >= 0) return { magnitude: mantissa << BigInt(exponent), scale: 0 };
  return { magnitude: mantissa * 5n ** BigInt(-exponent), scale: -exponent };
}

function rounded(magnitude: bigint, drop: number): bigint {
  if (drop <= 0) return magnitude * 10n ** BigInt(-drop);
  const unit = 10n ** BigInt(drop);
  const whole = magnitude / unit;
  const rest = (magnitude % unit) * 2n;
  return rest > unit || (rest === unit && whole % 2n === 1n) ? whole + 1n : whole;
}

/** Without sign: `places` digits after the point. `value` is finite. */
export function toFixedExact(value: number, places: number): string {
  const { magnitude, scale } = exact(value);
  const digits = rounded(magnitude, scale - places)
    .toString()
    .padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Without sign: one digit, `places` more, and the power of ten. */
export function toScientific(value: number, places: number): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: '0'.repeat(places + 1), exponent: 0 };
  const { magnitude, scale } = exact(value);
  const size = magnitude.toString().length;
  const digits = rounded(magnitude, size - 1 - places).toString();
  const carried = digits.length > places + 1;
  return { digits: carried ? digits.slice(0, -1) : digits, exponent: size - 1 - scale + (carried ? 1 : 0) };
}

/** Python's round(float, places). */
export function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value) || places > 323) return value;
  if (places < -308) return value < 0 ? -0 : 0;
  const { magnitude, scale } = exact(value);
  const text = `${rounded(magnitude, scale - places)}e${-places}`;
  return value < 0 || Object.is(value, -0) ? -Number(text) : Number(text);
}

/** Python's round(int, -places): to tens, hundreds, …, half to even. */
export function roundInt(value: bigint, places: number): bigint {
  if (places >= 0) return value;
  const magnitude = rounded(value < 0n ? -value : value, -places) * 10n ** BigInt(-places);
  return value < 0n ? -magnitude : magnitude;
}
