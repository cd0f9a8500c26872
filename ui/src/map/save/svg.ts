// The map as a drawing that stays a drawing: hulls, edges, cards with their names, in the colours of the page.

import { edgeText } from '../draw/edge-labels.ts';
import type { Palette } from '../draw/palette.ts';
import type { Drawn, DrawnEdge, Hull, Picture } from '../draw/picture.ts';
import { failedShare } from '../drawn-edges.ts';

const MARGIN = 24;
const CHAR = 7.8;

/** Text and attributes; what XML cannot hold is left out. */
export function xml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

const n = (x: number): string => String(Math.round(x * 10) / 10);
const cut = (text: string, room: number): string => {
  const most = Math.max(3, Math.floor(room / CHAR));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
};

function hull({ x, y, w, h, title }: Hull, p: Palette): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" rx="14" fill="${p.ground}" stroke="${p.line}"/><text x="${n(x + 14)}" y="${n(y + 20)}" font-weight="600" font-size="12" fill="${p['ink-3']}">${xml(cut(title, w - 28))}</text>`;
}

function edgePath(each: DrawnEdge, p: Palette): string {
  const { x1, y1, x2, y2, vertical, bend, edge } = each;
  const [a, b] = vertical
    ? [`${n(x1)} ${n(y1 + bend)}`, `${n(x2)} ${n(y2 - bend)}`]
    : [`${n(x1 + bend)} ${n(y1)}`, `${n(x2 - bend)} ${n(y2)}`];
  const isBad = failedShare(edge.edge) > 0;
  const dash = edge.edge.relation === 'declared' ? ' stroke-dasharray="1.5 4.5" stroke-linecap="round"' : '';
  const text = edgeText(each);
  const [x, y] = [n((x1 + x2) / 2), n((y1 + y2) / 2 - 6)];
  const said =
    isBad && text !== ''
      ? `<text x="${x}" y="${y}" text-anchor="middle" font-size="11" fill="${p.bad}" stroke="${p.map}" stroke-width="3" paint-order="stroke">${xml(text)}</text>`
      : '';
  const width = Math.min(4, 1 + Math.log10(1 + (edge.edge.rate ?? 0)));
  return `<path d="M${n(x1)} ${n(y1)}C${a} ${b} ${n(x2)} ${n(y2)}" fill="none" stroke="${isBad ? p.bad : p.unknown}" stroke-width="${n(width)}"${dash} marker-end="url(#${isBad ? 'bad' : 'tip'})"/>${said}`;
}

const SHAPES = {
  well: '<circle r="5.5"/>',
  degraded: '<path d="M0-6 6 5H-6z"/>',
  broken: '<path d="M0-7 7 0 0 7-7 0z"/>',
  unknown: '<circle r="5" fill-opacity="0" stroke-dasharray="2 2"/>',
} as const;

function card({ node, x, y, w, h }: Drawn, p: Palette): string {
  const { health } = node;
  const ink = { well: p.well, degraded: p.warn, broken: p.bad, unknown: p.unknown }[health];
  const fill = health === 'broken' ? p['bad-soft'] : health === 'degraded' ? p['warn-soft'] : p.card;
  const line = health === 'broken' || health === 'degraded' ? ink : p['line-strong'];
  const isLow = h < 40;
  const [left, top] = [x - w / 2, y - h / 2];
  const ghost = node.ghost ? ' opacity="0.5" stroke-dasharray="4 3"' : '';
  const sub = isLow
    ? ''
    : `<text x="${n(left + 27)}" y="${n(y + 13)}" font-size="11" fill="${p['ink-3']}">${xml(cut(node.sub, w - 40))}</text>`;
  return `<g><title>${xml(`${node.title}, ${node.kind}: ${health}${node.node.reasons.length > 0 ? `. ${node.node.reasons.join('; ')}` : ''}`)}</title><rect x="${n(left)}" y="${n(top)}" width="${n(w)}" height="${n(h)}" rx="9" fill="${fill}" stroke="${line}"${ghost}/><g transform="translate(${n(left + 15)} ${n(isLow ? y : y - 8)})" fill="${ink}" stroke="${ink}" stroke-width="0.5">${SHAPES[health]}</g><text x="${n(left + 27)}" y="${n(isLow ? y + 4 : y - 3.5)}" font-weight="550" font-size="12.5" fill="${p.ink}">${xml(cut(node.short ?? node.title, w - 36))}</text>${sub}</g>`;
}

export function svgOf({ box, hulls, frames, edges, nodes }: Picture, p: Palette): string {
  const tip = (id: string, colour: string) =>
    `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" fill="${colour}"/></marker>`;
  const [w, h] = [box.w + 2 * MARGIN, box.h + 2 * MARGIN];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${n(box.x - MARGIN)} ${n(box.y - MARGIN)} ${n(w)} ${n(h)}" width="${n(w)}" height="${n(h)}" font-family="${xml(p.font)}">`,
    `<defs>${tip('tip', p.unknown)}${tip('bad', p.bad)}</defs>`,
    `<rect x="${n(box.x - MARGIN)}" y="${n(box.y - MARGIN)}" width="100%" height="100%" fill="${p.map}"/>`,
    ...hulls.filter(({ isBare }) => !isBare).map((each) => hull(each, p)),
    ...edges.map((each) => edgePath(each, p)),
    ...frames.map((each) => card(each, p)),
    ...nodes.map((each) => card(each, p)),
    '</svg>',
  ];
  return parts.join('\n');
}
