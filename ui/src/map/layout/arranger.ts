// Keeps the layout of everything drawn so far: asks the worker only when something new appears, so nothing moves while time is scrubbed.

import type { Box, Layout, LayoutInput, Link } from '@mosaic/topology/layout';
import { isPassing } from '../kinds.ts';
import type { Scene } from '../scene.ts';
import { type LayoutDesk, layoutDesk } from './ask-worker.ts';

export interface CardSize {
  readonly w: number;
  readonly h: number;
}
export type SizeOf = (kind: string, folded: number) => CardSize;

const inWorker = (): LayoutDesk =>
  layoutDesk(
    typeof Worker === 'undefined'
      ? undefined
      : () => new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' }),
  );

export interface Arranged {
  readonly changed: (layout: Layout) => void;
  /** No places could be found; what is new asks again. */
  readonly failed: (error: unknown) => void;
}

export class Arranger {
  readonly #desk: LayoutDesk;
  readonly #told: Arranged;
  #boxes = new Map<string, Box>();
  #links = new Map<string, Link>();
  #units: Record<string, string> = {};
  readonly #passing = new Set<string>();
  #layout: Layout | undefined;
  #era = 0;
  #asking = false;
  #again = false;

  constructor(told: Arranged, desk = inWorker()) {
    this.#told = told;
    this.#desk = desk;
  }

  get layout(): Layout | undefined {
    return this.#layout;
  }

  /** Forgets all places: another level or grouping is another drawing. */
  restart(): void {
    this.#era++;
    this.#boxes.clear();
    this.#links.clear();
    this.#passing.clear();
    this.#units = {};
    this.#layout = undefined;
  }

  /** Takes in what is drawn; asks for places when something is new. */
  take(scene: Scene, sizeOf: SizeOf, aspect: number): void {
    let isNew = false;
    this.#giveUp(scene);
    for (const n of scene.nodes) {
      if (isPassing(n.kind)) this.#passing.add(n.id);
      if (this.#boxes.has(n.id)) continue;
      isNew = true;
      this.#boxes.set(n.id, { id: n.id, group: n.group, block: n.block, ...sizeOf(n.kind, n.folded) });
    }
    for (const e of scene.edges) this.#links.set(e.id, { from: e.from, to: e.to });
    for (const g of scene.groups.values()) this.#units[g.id] = String(g.cluster);
    if (isNew) void this.#ask(aspect);
  }

  /** Pods and Jobs that are no longer drawn leave their places to others. */
  #giveUp(scene: Scene): void {
    if (this.#passing.size === 0) return;
    const drawn = new Set(scene.nodes.map((n) => n.id));
    for (const id of this.#passing) {
      if (drawn.has(id)) continue;
      this.#passing.delete(id);
      this.#boxes.delete(id);
    }
    for (const [id, { from, to }] of this.#links) {
      if (!this.#boxes.has(from) && !this.#boxes.has(to)) this.#links.delete(id);
    }
  }

  stop(): void {
    this.#era++;
    this.#desk.stop();
  }

  async #ask(aspect: number): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    const era = this.#era;
    const input: LayoutInput = {
      boxes: [...this.#boxes.values()],
      links: [...this.#links.values()],
      units: this.#units,
      aspect,
      previous: this.#layout,
    };
    const answer = await this.#answer(input, era);
    this.#asking = false;
    if (era !== this.#era) this.#again = this.#boxes.size > 0;
    else if (answer !== undefined) {
      this.#layout = answer;
      this.#told.changed(answer);
    }
    if (!this.#again) return;
    this.#again = false;
    await this.#ask(aspect);
  }

  async #answer(input: LayoutInput, era: number): Promise<Layout | undefined> {
    try {
      return await this.#desk.ask(input);
    } catch (error) {
      if (era === this.#era) this.#told.failed(error);
      return undefined;
    }
  }
}
