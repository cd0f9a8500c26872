// What one rendering of one template sees: variables from outside, what the template set at its top, and its blocks.

import type { Value } from '../python/values.ts';
import type { BlockShape, Template } from '../template/nodes.ts';

export interface BlockSource {
  readonly shape: BlockShape;
  readonly template: Template;
}

export class Context {
  /** Of the template that is rendered. */
  readonly name: string;
  readonly outside: ReadonlyMap<string, Value>;
  readonly set = new Map<string, Value>();
  readonly exported = new Set<string>();
  /** By name, the most derived first. */
  readonly blocks = new Map<string, BlockSource[]>();

  constructor(name: string, outside: ReadonlyMap<string, Value>) {
    this.name = name;
    this.outside = outside;
  }

  resolve(name: string): Value | undefined {
    const set = this.set.get(name);
    return set === undefined ? this.outside.get(name) : set;
  }

  all(): Map<string, Value> {
    return new Map([...this.outside, ...this.set]);
  }

  addBlocks(template: Template): void {
    for (const [name, shape] of template.blocks) {
      const sources = this.blocks.get(name);
      if (sources === undefined) this.blocks.set(name, [{ shape, template }]);
      else sources.push({ shape, template });
    }
  }

  /** The same blocks, with the locals of a scope on top of what is outside. */
  derived(locals: ReadonlyMap<string, Value>): Context {
    const context = new Context(this.name, new Map([...this.all(), ...locals]));
    for (const [name, sources] of this.blocks) context.blocks.set(name, [...sources]);
    return context;
  }
}
