// The map as a file for somebody else. Loaded when asked for.

import { paintPrepared, prepared } from '../draw/paint.ts';
import { type Palette, readPalette } from '../draw/palette.ts';
import type { Picture } from '../draw/picture.ts';
import type { Scene } from '../scene.ts';
import { csvOf } from './csv.ts';
import { svgOf } from './svg.ts';

export const FORMATS = ['svg', 'png', 'csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

export interface Shown {
  readonly scene: Scene;
  readonly picture: Picture;
  /** The instant of what is drawn, RFC 3339. */
  readonly at: string;
  readonly level: string;
}

const MARGIN = 24;
/** Browsers give no canvas beyond this. */
const MOST_PIXELS = 8000;

async function pngOf(picture: Picture, palette: Palette): Promise<Blob> {
  const { box } = picture;
  const [w, h] = [box.w + 2 * MARGIN, box.h + 2 * MARGIN];
  const scale = Math.min(2, MOST_PIXELS / Math.max(w, h, 1));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(w * scale));
  canvas.height = Math.max(1, Math.round(h * scale));
  const c = canvas.getContext('2d');
  if (c === null) throw new Error('this browser draws no pictures');
  c.fillStyle = palette.map;
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.setTransform(scale, 0, 0, scale, (MARGIN - box.x) * scale, (MARGIN - box.y) * scale);
  const view = { x0: box.x - MARGIN, y0: box.y - MARGIN, x1: box.x + w, y1: box.y + h };
  paintPrepared(c, picture, prepared(picture, palette), view, view, palette, Math.max(1, scale));
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob === null ? failed(new Error('the picture is too large')) : done(blob)), 'image/png'),
  );
}

const jsonOf = ({ scene, at, level }: Shown): string =>
  JSON.stringify(
    {
      at,
      level,
      nodes: [...scene.frames, ...scene.nodes].map(({ node, ghost }) => (ghost ? { ...node, gone: true } : node)),
      edges: scene.edges.map(({ from, to, edge }) => ({ ...edge, from, to })),
    },
    null,
    2,
  );

async function blobOf(format: Format, shown: Shown, host: HTMLElement): Promise<Blob> {
  const palette = readPalette(host);
  if (format === 'png') return pngOf(shown.picture, palette);
  if (format === 'svg') return new Blob([svgOf(shown.picture, palette)], { type: 'image/svg+xml' });
  if (format === 'csv') return new Blob(['\ufeff', csvOf(shown.scene)], { type: 'text/csv' });
  return new Blob([jsonOf(shown)], { type: 'application/json' });
}

/** Gives the map to the browser as a download named for its instant. */
export async function saveMap(format: Format, shown: Shown, host: HTMLElement): Promise<void> {
  const url = URL.createObjectURL(await blobOf(format, shown, host));
  const link = document.createElement('a');
  link.href = url;
  link.download = `mosaic-${shown.level}-${shown.at.slice(0, 19).replaceAll(':', '')}Z.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
