// Progress on stderr: one line that is written over on a terminal, a line per tenth elsewhere.

import type { Outcome, Progress } from './bundle.ts';

export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const TENTH = 0.1;

export function progressOn(screen: Screen): { told(progress: Progress): void; end(): void } {
  let saidShare = -1;
  let isOpen = false;
  return {
    told(progress) {
      const share = progress.of === 0 ? 1 : progress.done / progress.of;
      if (screen.isTTY) {
        screen.write(`\r\u001b[K${lineOf(progress).slice(0, (screen.columns ?? 80) - 1)}`);
        isOpen = true;
        return;
      }
      if (share < saidShare) saidShare = -1; // reading back begins anew
      if (share < 1 && share - saidShare < TENTH) return;
      if (share === saidShare) return;
      saidShare = share;
      screen.write(`${lineOf(progress)}\n`);
    },
    end() {
      if (isOpen) screen.write('\r\u001b[K');
    },
  };
}

const lineOf = ({ doing, done, of, unit }: Progress): string =>
  unit === 'bytes'
    ? `${sizeText(done)} of ${sizeText(of)}  ${doing}`
    : `${Math.round(done)} of ${of} ${unit}  ${doing}`;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

export const amounts = ({ files, bytes, rows }: Outcome): string =>
  `${rows === undefined ? '' : `${rows} rows in `}${files} files, ${sizeText(bytes)}`;
