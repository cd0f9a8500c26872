// Printing an answer: through the pager when it is longer than the terminal, as it is everywhere else.

import { spawnSync } from 'node:child_process';
import { environment } from '@mosaic/runtime';

/** `PAGER`, else less with colours and without clearing the screen. */
export function printed(text: string, out: NodeJS.WriteStream = process.stdout): void {
  const isLong = out.isTTY === true && text.split('\n').length > out.rows;
  const [command = '', ...args] = (environment().PAGER ?? 'less -FRX').split(' ');
  if (!isLong || command === '' || command === 'cat') out.write(text);
  else if (!isPaged(text, command, args)) out.write(text);
}

/** Not when there is no such program; whoever left it before the end has read enough. */
function isPaged(text: string, command: string, args: readonly string[]): boolean {
  const { error } = spawnSync(command, args, { input: text, stdio: ['pipe', 'inherit', 'inherit'] });
  return error === undefined || (error as NodeJS.ErrnoException).code === 'EPIPE';
}
