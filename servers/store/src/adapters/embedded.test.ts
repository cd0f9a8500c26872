import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeCompression } from '@mosaic/runtime';
import { CONTRACT_NOW, storeContract } from '../contract.ts';
import { embeddedStore } from './embedded.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'mosaic-store-'));

storeContract('embedded', () =>
  embeddedStore({ folder: folder(), compression: nodeCompression, now: () => CONTRACT_NOW, commitAfterMs: 0 }),
);
