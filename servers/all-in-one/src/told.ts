// What the terminal shows: one timed line per step, then the URL.

export interface Teller {
  step(name: string, ms: number, detail?: string): void;
  line(text: string): void;
  /** How far a long step is, until the answer is called: on a terminal only. */
  share(name: string, of: () => number): () => void;
}

/** What is needed of stdout. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const EVERY_MS = 250;
/** Back to the beginning of the line, and nothing on it (ECMA-48). */
const ANEW = '\r\u001b[K';

export function terminalTeller(screen: Screen = process.stdout): Teller {
  const stepped = (name: string, told: string): string => `  ${name.padEnd(34)}${told.padStart(7)}`;
  return {
    step: (name, ms, detail) =>
      screen.write(`${stepped(name, `${(ms / 1000).toFixed(1)} s`)}${detail ? `   ${detail}` : ''}\n`),
    line: (text) => screen.write(`${text}\n`),
    share(name, of) {
      if (screen.isTTY !== true) return () => {};
      const tell = (): unknown => screen.write(`${ANEW}${stepped(name, `${Math.floor(of() * 100)} %`)}`);
      const timer = setInterval(tell, EVERY_MS);
      return () => {
        clearInterval(timer);
        screen.write(ANEW);
      };
    },
  };
}
