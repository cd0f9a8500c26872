// Keeps the layout of everything drawn so far: asks the worker only when something new appears, so nothing moves while time is scrubbed.

import { type Box, type Layout, type LayoutInput, type Link, layout } from '@mosaic/topology/layout';
import { isPassing } from '../kinds.ts';
import type { Scene } from '../scene.ts';

export interface CardSize {
  readonly w: number;
  readonly h: number;
}
export type SizeOf = (kind: string, folded: number) => CardSize;

type Asked = (input: LayoutInput) => Promise<Layout>;

/** In the worker; on this thread where there is none (tests, old browsers). */
function askWorker(): { ask: Asked; stop: () => void } {
  if (typeof Worker === 'undefined') return { ask: async (input) => layout(input), stop: () => undefined };
  const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, (answer: Layout) => void>();
  let turns = 0;
  worker.addEventListener('message', (event: MessageEvent<{ turn: number; layout: Layout }>) => {
    waiting.get(event.data.turn)?.(event.data.layout);
    waiting.delete(event.data.turn);
  });
  const ask: Asked = (input) =>
    new Promise((resolve) => {
      const turn = ++turns;
      waiting.set(turn, resolve);
      worker.postMessage({ turn, input });
    });
  return { ask, stop: () => worker.terminate() };
}

export class Arranger {
  readonly #worker = askWorker();
  readonly #changed: (layout: Layout) => void;
  #boxes = new Map<string, Box>();
  #links = new Map<string, Link>();
  #units: Record<string, string> = {};
  readonly #passing = new Set<string>();
  #layout: Layout | undefined;
  #era = 0;
  #asking = false;
  #again = false;

  constructor(changed: (layout: Layout) => void) {
    this.#changed = changed;
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
    this.#worker.stop();
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
    const answer = await this.#worker.ask(input);
    this.#asking = false;
    if (era === this.#era) {
      this.#layout = answer;
      this.#changed(answer);
    } else this.#again = this.#boxes.size > 0;
    if (!this.#again) return;
    this.#again = false;
    await this.#ask(aspect);
  }
}
