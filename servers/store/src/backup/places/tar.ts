// Headers of a tar file (POSIX.1-1988 ustar, with GNU's base-256 sizes for more than 8 GiB).

export const BLOCK = 512;
const SIZE_AT = 124;
const SUM_AT = 148;
const MOST_OCTAL = 8 ** 11 - 1;

export interface TarEntry {
  readonly name: string;
  readonly bytes: number;
}

export function tarHeader({ name, bytes }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100, 'utf8');
  header.write('0000600\x000000000\x000000000\0', 100, 'latin1');
  if (bytes <= MOST_OCTAL) header.write(`${bytes.toString(8).padStart(11, '0')}\0`, SIZE_AT, 'latin1');
  else {
    header[SIZE_AT] = 0x80;
    header.writeBigUInt64BE(BigInt(bytes), SIZE_AT + 4);
  }
  header.write('00000000000\0', 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, SUM_AT, 'latin1');
  return header;
}

/** Undefined when it is none. */
export function readTarHeader(header: Buffer): TarEntry | undefined {
  if (header.length < BLOCK || header.toString('latin1', 257, 262) !== 'ustar') return undefined;
  if (Number.parseInt(header.toString('latin1', SUM_AT, SUM_AT + 6), 8) !== sumOf(header)) return undefined;
  const isLarge = header[SIZE_AT] === 0x80;
  const bytes = isLarge
    ? Number(header.readBigUInt64BE(SIZE_AT + 4))
    : Number.parseInt(header.toString('latin1', SIZE_AT, SIZE_AT + 11), 8);
  return { name: header.toString('utf8', 0, 100).replace(/\0.*$/s, ''), bytes };
}

/** The sum's own field counts as blanks. */
function sumOf(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= SUM_AT && i < SUM_AT + 8 ? 32 : (header[i] ?? 0);
  return sum;
}

/** What follows an entry up to the next block. */
export const padding = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK;
