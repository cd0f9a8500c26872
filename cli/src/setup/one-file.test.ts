// The words that a pod of the one file gives our command, read as the command reads them.

import { recordsAt, textsAt } from '@mosaic/kat';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { pathOf } from '../examples.ts';
import { mosaicProgram } from '../program.ts';
import { render, type TreeName } from './trees.ts';

interface Understood {
  readonly command: string;
  readonly namespace: unknown;
  /** Words that no command and no option takes. */
  readonly left: readonly string[];
}

function understood(words: readonly string[]): Understood {
  let command: Command = mosaicProgram();
  let rest = [...words];
  while (true) {
    const below = command.commands.find((one) => one.name() === rest[0]);
    if (below === undefined) break;
    command = below;
    rest = rest.slice(1);
  }
  const { operands, unknown } = command.parseOptions(rest);
  return { command: pathOf(command), namespace: command.opts().namespace, left: [...operands, ...unknown] };
}

async function understoodIn(tree: TreeName): Promise<readonly Understood[]> {
  const { pieces } = await render(tree, { init: { job: true } });
  const job = pieces.find(({ object: { kind, metadata } }) => kind === 'Job' && metadata.name === 'mosaic-init');
  const spec = ['spec', 'template', 'spec'] as const;
  return [...recordsAt(job?.object, ...spec, 'initContainers'), ...recordsAt(job?.object, ...spec, 'containers')].map(
    (container) => understood(textsAt(container, 'args').slice(1)), // the first is the bundle
  );
}

test('the Job of the agents’ one file gives up its rights in every namespace, its own last', async () => {
  expect(await understoodIn('agents')).toEqual([
    { command: 'install secrets', namespace: undefined, left: [] },
    { command: 'install give-up', namespace: 'mosaic,mosaic-node,mosaic-agent', left: [] },
  ]);
});

test('the Job of the servers’ one file gives up its rights in their namespace', async () => {
  expect(await understoodIn('servers')).toEqual([
    { command: 'init', namespace: 'mosaic', left: [] },
    { command: 'install give-up', namespace: 'mosaic', left: [] },
  ]);
});
