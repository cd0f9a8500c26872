// Colours, on a terminal and where nobody said that they are not wished (https://no-color.org).

import { environment } from '@mosaic/runtime';

const CODES = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;
export type Paint = (text: string, colour: keyof typeof CODES) => string;

export const plainPaint: Paint = (text) => text;

export const paintFor = (out: { readonly isTTY?: boolean }): Paint =>
  out.isTTY === true && !environment().NO_COLOR
    ? (text, colour) => `\u001b[${CODES[colour]}m${text}\u001b[0m`
    : plainPaint;
