// What the terminal shows: one timed line per step, then the URL.

export interface Teller {
  step(name: string, ms: number, detail?: string): void;
  line(text: string): void;
}

export function terminalTeller(write: (text: string) => void = (text) => process.stdout.write(text)): Teller {
  return {
    step: (name, ms, detail) =>
      write(`  ${name.padEnd(34)}${`${(ms / 1000).toFixed(1)} s`.padStart(7)}${detail ? `   ${detail}` : ''}\n`),
    line: (text) => write(`${text}\n`),
  };
}
