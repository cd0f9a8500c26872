import { nodeCompression } from '@mosaic/runtime';
import { CONTRACT_NOW, storeContract } from '../contract.ts';
import { memoryStore } from './memory.ts';

storeContract('memory', async () => memoryStore({ compression: nodeCompression, now: () => CONTRACT_NOW }));
