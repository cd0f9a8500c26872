// Every command of README.md, docs/ and manifests/README.md that says it is run here, pasted as it stands, page by page.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Block, blocksOf, pages, WORLDS, type World } from './blocks.ts';
import { type Place, placeOf } from './worlds.ts';

const blocks = pages().flatMap(blocksOf);
const of = (world: World): readonly Block[] => blocks.filter(({ runs }) => runs.some((one) => one.world === world));

describe.each(WORLDS.filter((world) => of(world).length > 0))('%s', (world) => {
  let place: Place;
  beforeAll(async () => {
    place = await placeOf(world);
  });
  afterAll(() => place?.close());

  test.each(of(world).map((block) => [`${block.page}:${block.line}`, block] as const))('%s', async (_, block) => {
    for (const { ends, until } of block.runs.filter((one) => one.world === world)) {
      const said = await place.paste(block, until);
      expect(said.code, `${block.text}\n${said.out.slice(-2000)}\n${said.err.slice(-2000)}`).toBeOneOf([...ends]);
      expect(`${said.out}${said.err}`).not.toMatch(/TypeError|ReferenceError|UnhandledPromise/);
    }
  });
});
