// What a file begins with. Names, inodes and sizes change hands in a rotation; the first bytes, instants in them, do not,
// and a compressed or copied file still has them.

import { createHash } from 'node:crypto';

/** So many of its first bytes tell a file. */
export const PRINT_BYTES = 1024;

/** `<length>-<hash>` of the first bytes. A file that was shorter then still begins so. */
export function printOf(head: Uint8Array): string {
  const bytes = head.subarray(0, PRINT_BYTES);
  return `${bytes.length}-${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}`;
}

export const printedBytes = (print: string): number => Number.parseInt(print, 10);

/** Whether a file that begins with `head` is the one that `print` was taken of. */
export function bears(head: Uint8Array, print: string): boolean {
  const length = printedBytes(print);
  return head.length >= length && printOf(head.subarray(0, length)) === print;
}

/** A print is worth something once a whole line is in it: before that, files of the same second look alike. */
export const isTelling = (head: Uint8Array): boolean => head.length >= PRINT_BYTES || head.includes(0x0a);
