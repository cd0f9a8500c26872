// How measured values are said: bytes by 1024, shares of a core, rates per second.

const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Three digits at most: `0.12`, `4.8`, `212`. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e6) return `${digits(value / 1e6)} M`;
  if (size >= 1e4) return `${digits(value / 1e3)} k`;
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return value.toFixed(1).replace(/\.0$/, '');
  if (size >= 0.01) return value.toFixed(2).replace(/\.?0+$/, '');
  return value.toPrecision(1);
}

/** `212 MiB`. */
export function sayBytes(bytes: number): string {
  const power = bytes === 0 ? 0 : Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(bytes)) / 10)));
  return `${digits(bytes / 1024 ** power)} ${BYTES[power]}`;
}

type Unit = 'bytes' | 'bytes/s' | 'cores' | '/s' | '/h' | '';

export function sayAmount(value: number, unit: Unit): string {
  if (unit === 'bytes') return sayBytes(value);
  if (unit === 'bytes/s') return `${sayBytes(value)}/s`;
  if (unit === 'cores') return `${digits(value)} cores`;
  return unit === '' ? digits(value) : `${digits(value)} ${unit}`.replace(' /', '/');
}

/** What a series' values are once a counter has become a rate. */
export function unitOf(kind: 'gauge' | 'counter', unit: string | undefined): Unit {
  if (unit === 'By') return kind === 'counter' ? 'bytes/s' : 'bytes';
  if (unit === '{cpu}') return 'cores';
  if (kind === 'counter') return unit === 's' ? 'cores' : '/s';
  return '';
}
