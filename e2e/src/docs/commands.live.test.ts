// Every command of README.md, docs/ and manifests/README.md that says it is run here, pasted as it stands, page by page.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Block, blocksOf, pages, WORLDS, type World } from './blocks.ts';
import { type Place, placeOf } from './worlds.ts';

const blocks = pages().flatMap(blocksOf);
const of = (world: World): readonly Block[] => blocks.filter(({ runs }) => runs.some((one) => one.world === world));

const worlds = WORLDS.filter((world) => of(world).length > 0);

// In the first npm itself may build, which nothing may run beside.
describe.each(worlds.filter((world) => world === 'folder'))('%s', inWorld);
// The others beside each other, for a product takes long to begin.
describe.concurrent.each(worlds.filter((world) => world !== 'folder'))('%s', inWorld);

/** Its blocks in order: some need what others did. */
function inWorld(world: World): void {
  let place: Place;
  beforeAll(async () => {
    place = await placeOf(world);
  });
  afterAll(() => place?.close());

  const named = of(world).map((block) => [`${block.page}:${block.line}`, block] as const);
  test.each(named)('%s', { concurrent: false }, async (_, block) => {
    for (const { ends, until } of block.runs.filter((one) => one.world === world)) {
      const said = await place.paste(block, until);
      expect(said.code, `${block.text}\n${said.out.slice(-2000)}\n${said.err.slice(-2000)}`).toBeOneOf([...ends]);
      expect(`${said.out}${said.err}`).not.toMatch(/TypeError|ReferenceError|UnhandledPromise/);
    }
  });
}
