// The `conntrack` program (conntrack-tools) as a child: its stream of events, and its listing.

import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Running {
  stop(): Promise<void>;
}

export interface EventProgram {
  /** Undefined: there is no such program, or it is not allowed to listen. */
  follow(to: {
    readonly line: (line: string) => void;
    readonly ended: (reason: string) => void;
  }): Promise<Running | undefined>;
  /** All entries there are now, a line each; undefined where that is not allowed. */
  list(): Promise<string | undefined>;
}

/** It says at once when it may not. */
const REFUSES_WITHIN_MS = 500;
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;
const MOST_LISTED_BYTES = 128 * 1024 * 1024;

export const conntrackProgram: EventProgram = {
  follow: ({ line, ended }) =>
    new Promise((resolve) => {
      const child = spawn('conntrack', ['-E', '-o', 'timestamp,id', '-b', String(RECEIVE_BUFFER_BYTES)], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let isFollowed = false;
      let complaint = '';
      createInterface({ input: child.stdout }).on('line', line);
      child.stderr.on('data', (bytes: Buffer) => {
        complaint = `${complaint}${bytes.toString('utf8')}`.slice(-500);
      });
      const gone = new Promise<void>((left) => {
        const leave = (reason: string): void => {
          clearTimeout(timer);
          left();
          if (isFollowed) ended(reason);
          else resolve(undefined);
          isFollowed = false;
        };
        child.once('error', ({ message }) => leave(message));
        child.once('exit', (code, signal) => leave(complaint.trim() || `exit ${code ?? signal}`));
      });
      const timer = setTimeout(() => {
        isFollowed = true;
        resolve({
          async stop() {
            isFollowed = false;
            child.kill();
            await gone;
          },
        });
      }, REFUSES_WITHIN_MS);
    }),
  list: () =>
    new Promise((resolve) => {
      execFile('conntrack', ['-L', '-o', 'id'], { maxBuffer: MOST_LISTED_BYTES }, (error, stdout) =>
        resolve(error === null ? stdout : undefined),
      );
    }),
};
