// The map outside reactive state: plain arrays, one animation frame loop, two canvases (the paper; selection and hover above it).

import { select } from 'd3-selection';
import { type D3ZoomEvent, type ZoomBehavior, type ZoomTransform, zoom, zoomIdentity } from 'd3-zoom';
import { curve, head, isFailing, type Seen } from './draw/edges.ts';
import { FAR } from './draw/nodes.ts';
import { prepared } from './draw/paint.ts';
import { type Palette, readPalette } from './draw/palette.ts';
import { type DrawnEdge, EMPTY, type Picture } from './draw/picture.ts';
import { forgetText } from './draw/text.ts';
import { type Hit, type HitTest, hitTest } from './hit.ts';
import { type Paper, paper } from './paper.ts';

export interface Told {
  readonly hover: (hit: Hit | undefined, x: number, y: number) => void;
  readonly click: (hit: Hit | undefined) => void;
  readonly zoomed: (k: number) => void;
  /** A frame was drawn: what lies in view may be another part of the paper. */
  readonly drawn: () => void;
}
export interface Frames {
  /** Milliseconds of the newest frames, newest last; at most 600. */
  readonly draws: readonly number[];
}

/** An edge passed through a Service carries its target behind its own id. */
const isEdge = ({ id, edge }: DrawnEdge['edge'], wanted: string): boolean =>
  id === wanted || edge.id === wanted || edge.id.startsWith(`${wanted}~`);

const boxKey = ({ box }: Picture): string => `${box.x} ${box.y} ${box.w} ${box.h}`;

const MOST_ZOOM = 2.5;
const LEAST_ZOOM = 0.02;
const FIT_ZOOM = 1.2;
const KEPT_FRAMES = 600;
const MOST_CUT = 1500;

export class CanvasMap {
  readonly #paper: Paper;
  readonly #above: HTMLCanvasElement;
  readonly #host: HTMLElement;
  readonly #told: Told;
  readonly #zoom: ZoomBehavior<HTMLElement, unknown>;
  #palette: Palette;
  #picture: Picture = EMPTY;
  #hits: HitTest = hitTest(EMPTY);
  #at: ZoomTransform = zoomIdentity;
  #size = { w: 0, h: 0, ratio: 1 };
  #selected: string | undefined;
  #hovered: string | undefined;
  #dirty = { paper: false, above: false };
  #frame = 0;
  #fitted = false;
  #insets = { top: 54, bottom: 46 };
  #moved = false;
  /** What was to be brought into view, until a hand moves the paper; `isFound` once the picture had it. */
  #sought: { readonly id: string; isFound: boolean } | undefined;
  /** Nothing is drawn on the upper canvas. */
  #isBlank = true;
  readonly draws: number[] = [];

  constructor(host: HTMLElement, lower: HTMLCanvasElement, above: HTMLCanvasElement, told: Told) {
    this.#host = host;
    this.#paper = paper(lower);
    this.#above = above;
    this.#told = told;
    this.#palette = readPalette(host);
    this.#zoom = zoom<HTMLElement, unknown>()
      .scaleExtent([LEAST_ZOOM, MOST_ZOOM])
      .clickDistance(4)
      .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => this.#zoomed(event));
    select(host).call(this.#zoom).on('dblclick.zoom', null);
    host.addEventListener('pointermove', this.#move);
    host.addEventListener('pointerleave', this.#leave);
    host.addEventListener('click', this.#click);
  }

  get picture(): Picture {
    return this.#picture;
  }
  get transform(): ZoomTransform {
    return this.#at;
  }

  show(picture: Picture): void {
    const before = this.#picture;
    const wasEmpty = before.nodes.length === 0;
    this.#picture = picture;
    this.#hits = hitTest(picture);
    this.#prepare();
    if (wasEmpty && !this.#moved) this.#fitted = false;
    if (!this.#fitted || (!this.#moved && boxKey(before) !== boxKey(picture))) this.fit();
    if (this.#sought?.isFound === false) this.#seek(this.#sought);
    this.#want('paper', 'above');
  }

  choose(selected: string | undefined): void {
    this.#selected = selected;
    if (selected !== this.#sought?.id) this.#sought = undefined;
    this.#want('above');
  }

  resize(w: number, h: number, ratio: number): void {
    const first = this.#size.w === 0;
    const shift = { x: (w - this.#size.w) / 2, y: (h - this.#size.h) / 2 };
    this.#size = { w, h, ratio };
    this.#above.width = Math.round(w * ratio);
    this.#above.height = Math.round(h * ratio);
    this.#isBlank = true;
    this.#paper.resize(this.#size);
    if (first || !this.#moved) this.fit();
    else this.#go(zoomIdentity.translate(this.#at.x + shift.x, this.#at.y + shift.y).scale(this.#at.k));
    if (this.#sought !== undefined) this.#seek(this.#sought);
    this.#want('paper', 'above');
  }

  /** What floats above the paper: the fit leaves it free. */
  covered(top: number, bottom: number): void {
    if (top === this.#insets.top && bottom === this.#insets.bottom) return;
    this.#insets = { top, bottom };
    if (!this.#moved) this.fit();
  }

  recolour(): void {
    this.#palette = readPalette(this.#host);
    forgetText();
    this.#prepare();
    this.#want('paper', 'above');
  }

  /** Everything in view, unless `forget` says that the person's own view shall be left for it. */
  fit(forget = false): void {
    const { box } = this.#picture;
    const { w, h } = this.#size;
    if (forget) this.#moved = false;
    if (forget) this.#sought = undefined;
    if (box.w === 0 || w === 0) return;
    this.#fitted = true;
    const side = w < 600 ? 14 : 24;
    const { top, bottom } = this.#insets;
    const k = Math.min(FIT_ZOOM, (w - 2 * side) / box.w, (h - top - bottom) / box.h);
    const x = (w - box.w * k) / 2 - box.x * k;
    const y = top + (h - top - bottom - box.h * k) / 2 - box.y * k;
    this.#go(zoomIdentity.translate(x, y).scale(k));
  }

  /** Forgets the fit: the next picture is another drawing. */
  restart(): void {
    this.#fitted = false;
    this.#moved = false;
    this.#picture = EMPTY;
  }

  zoomBy(factor: number): void {
    this.#hand();
    this.#zoom.scaleBy(select(this.#host), factor);
  }

  /** Brings a card into view when it is outside or too small to read; also when it is drawn only later, and again when a panel takes room from the map. */
  reveal(id: string): void {
    this.#sought = { id, isFound: false };
    this.#seek(this.#sought);
  }

  #seek(sought: { readonly id: string; isFound: boolean }): void {
    const d = this.#picture.byId.get(sought.id);
    const { w, h } = this.#size;
    if (d === undefined || w === 0) return;
    sought.isFound = true;
    const [sx, sy] = this.#at.apply([d.x, d.y]);
    const { top, bottom } = this.#insets;
    const inside = sx > Math.min(90, w / 6) && sx < w - Math.min(90, w / 6) && sy > top + 14 && sy < h - bottom - 14;
    if (inside && this.#at.k > FAR) return;
    const k = Math.max(this.#at.k, 0.7);
    this.#moved = true;
    this.#go(zoomIdentity.translate(w / 2 - d.x * k, (top + h - bottom) / 2 - d.y * k).scale(k));
  }

  /** The part of the paper that is in view. */
  get seen(): Seen {
    const { w, h } = this.#size;
    const { k, x, y } = this.#at;
    return { x0: -x / k, y0: -y / k, x1: (w - x) / k, y1: (h - y) / k };
  }

  /** Moves so that a place of the paper is in the middle. */
  centre(x: number, y: number): void {
    const { w, h } = this.#size;
    this.#hand();
    this.#go(zoomIdentity.translate(w / 2 - x * this.#at.k, h / 2 - y * this.#at.k).scale(this.#at.k));
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    select(this.#host).on('.zoom', null);
    this.#host.removeEventListener('pointermove', this.#move);
    this.#host.removeEventListener('pointerleave', this.#leave);
    this.#host.removeEventListener('click', this.#click);
  }

  /** A person chose what is in view. */
  #hand(): void {
    this.#moved = true;
    this.#sought = undefined;
  }

  #prepare(): void {
    const [picture, palette] = [this.#picture, this.#palette];
    this.#paper.show({ picture, palette, prepared: prepared(picture, palette, this.#hits.isCard) });
  }

  #go(to: ZoomTransform): void {
    this.#zoom.transform(select(this.#host), to);
  }

  #zoomed(event: D3ZoomEvent<HTMLElement, unknown>): void {
    this.#at = event.transform;
    if (event.sourceEvent !== null && event.sourceEvent !== undefined) this.#hand();
    this.#told.zoomed(this.#at.k);
    this.#want('paper', 'above');
  }

  #hit(event: MouseEvent): Hit | undefined {
    const box = this.#host.getBoundingClientRect();
    const [x, y] = this.#at.invert([event.clientX - box.left, event.clientY - box.top]);
    return this.#hits.at(x, y, 6 / this.#at.k);
  }

  #move = (event: PointerEvent): void => {
    if (event.buttons !== 0 || event.pointerType === 'touch') return;
    const hit = this.#hit(event);
    const id = hit?.type === 'node' ? hit.drawn.node.id : hit?.type === 'edge' ? hit.drawn.edge.id : undefined;
    this.#host.style.cursor = hit === undefined ? 'grab' : 'pointer';
    if (id !== this.#hovered) {
      this.#hovered = id;
      this.#want('above');
    }
    const box = this.#host.getBoundingClientRect();
    this.#told.hover(hit, event.clientX - box.left, event.clientY - box.top);
  };
  #leave = (): void => {
    this.#hovered = undefined;
    this.#want('above');
    this.#told.hover(undefined, 0, 0);
  };
  #click = (event: MouseEvent): void => this.#told.click(this.#hit(event));

  #want(...layers: ('paper' | 'above')[]): void {
    for (const layer of layers) this.#dirty[layer] = true;
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#draw);
  }

  #draw = (): void => {
    this.#frame = 0;
    const begin = performance.now();
    const { paper: isPaper, above: isAbove } = this.#dirty;
    this.#dirty = { paper: false, above: false };
    const isMore = isPaper && this.#paper.frame(this.#at);
    if (isAbove) this.#drawAbove();
    if (isPaper) this.#told.drawn();
    this.draws.push(performance.now() - begin);
    if (this.draws.length > KEPT_FRAMES) this.draws.shift();
    if (isMore) this.#want('paper');
  };

  #begin(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
    const c = canvas.getContext('2d');
    if (c === null) return undefined;
    const { ratio } = this.#size;
    const { k, x, y } = this.#at;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, canvas.width, canvas.height);
    c.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
    return c;
  }

  #drawAbove(): void {
    const isNothing = this.#hovered === undefined && this.#selected === undefined;
    if (isNothing && this.#isBlank) return;
    const c = this.#begin(this.#above);
    if (c === undefined) return;
    this.#isBlank = isNothing;
    const isLit = this.#drawNear(c, this.#hovered, 0.9);
    const isChosen = this.#selected !== this.#hovered && this.#drawNear(c, this.#selected, 0.75);
    if (isLit || isChosen) this.#behindCards(c);
    this.#ring(c, this.#hovered, this.#palette['line-strong'], 1.5);
    this.#ring(c, this.#selected, this.#palette.accent, 2);
  }

  /** The edges of a card, or one edge, in the accent; what fails stays red. */
  #drawNear(c: CanvasRenderingContext2D, id: string | undefined, alpha: number): boolean {
    if (id === undefined) return false;
    const near = this.#picture.edges.filter(({ edge }) => edge.from === id || edge.to === id || isEdge(edge, id));
    if (near.length === 0) return false;
    c.globalAlpha = alpha;
    c.lineWidth = Math.max(1.4, 1 / this.#at.k);
    const [bad, calm] = [near.filter(isFailing), near.filter((e) => !isFailing(e))];
    this.#light(c, calm, this.#palette.accent);
    this.#light(c, bad, this.#palette.bad);
    c.globalAlpha = 1;
    return true;
  }

  #light(c: CanvasRenderingContext2D, edges: readonly DrawnEdge[], colour: string): void {
    if (edges.length === 0) return;
    c.strokeStyle = colour;
    c.fillStyle = colour;
    c.beginPath();
    for (const e of edges) curve(c, e);
    c.stroke();
    c.beginPath();
    for (const e of edges) head(c, e, Math.max(7, 5 / this.#at.k));
    c.fill();
  }

  /** Lit edges pass behind cards, as all edges do. */
  #behindCards(c: CanvasRenderingContext2D): void {
    if (this.#picture.nodes.length > MOST_CUT) return;
    c.globalCompositeOperation = 'destination-out';
    c.beginPath();
    for (const all of [this.#picture.frames, this.#picture.nodes])
      for (const d of all) c.roundRect(d.x - d.w / 2, d.y - d.h / 2, d.w, d.h, 9);
    c.fill();
    c.globalCompositeOperation = 'source-over';
  }

  #ring(c: CanvasRenderingContext2D, id: string | undefined, colour: string, width: number): void {
    const d = id === undefined ? undefined : this.#picture.byId.get(id);
    if (d === undefined) return;
    const off = Math.max(4, 3 / this.#at.k);
    c.strokeStyle = colour;
    c.lineWidth = Math.max(width, width / this.#at.k);
    c.beginPath();
    c.roundRect(d.x - d.w / 2 - off, d.y - d.h / 2 - off, d.w + 2 * off, d.h + 2 * off, 12);
    c.stroke();
  }
}
