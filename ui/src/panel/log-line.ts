// The level a log line names by itself, for its colour.

export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'none';

const LEVELS: readonly (readonly [LogLevel, RegExp])[] = [
  ['error', /\b(error|err|fatal|panic|critical|exception)\b/i],
  ['warn', /\b(warn|warning)\b/i],
  ['debug', /\b(debug|trace)\b/i],
  ['info', /\b(info|notice)\b/i],
];
const HEAD = 120;

export function levelOf(line: string): LogLevel {
  const head = line.slice(0, HEAD);
  return LEVELS.find(([, says]) => says.test(head))?.[0] ?? 'none';
}
