// `mosaic`: one command for people. `npm start` is `mosaic start`.

import { CommanderError } from 'commander';
import { EXIT } from './exit.ts';
import { mosaicProgram } from './program.ts';

try {
  await mosaicProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.found : EXIT.usage; // it has told already what was expected
}
