// What the playground's own process is told by its environment; everything wrong is reported at once.

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly seed: number | undefined;
  readonly historyHours: number;
  readonly objects: number | undefined;
  readonly changesPerS: number;
  readonly folder: string;
  readonly forbid: readonly string[];
}

interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly says: string;
}
const SETTINGS: readonly Setting[] = [
  { name: 'HOST', fallback: '127.0.0.1', says: 'address to listen on' },
  { name: 'PORT', fallback: '0', says: 'port of eu-1; the others take the next ones; 0 takes any free ports' },
  { name: 'PLAYGROUND_SEED', fallback: '', says: 'whole number; the same seed tells the same story; empty: a new one' },
  { name: 'PLAYGROUND_HISTORY_H', fallback: '24', says: 'hours of past' },
  { name: 'PLAYGROUND_OBJECTS', fallback: '', says: 'adds a cluster load-1 with this many objects' },
  { name: 'PLAYGROUND_CHANGES_PER_S', fallback: '0', says: 'changes per second in load-1' },
  { name: 'PLAYGROUND_FORBID', fallback: '', says: 'resources answered with 403: secrets,configmaps' },
  {
    name: 'MOSAIC_DATA',
    fallback: '',
    says: 'folder for the saved worlds and the kubeconfig; empty: the current folder',
  },
];

export const HELP = `mosaic playground: two simulated clusters that speak the Kubernetes API

Settings, by environment:
${SETTINGS.map(({ name, fallback, says }) => `  ${name.padEnd(26)} ${says}${fallback === '' ? '' : ` (${fallback})`}`).join('\n')}
`;

/** Throws one error that names every wrong setting. */
export function settingsFrom(environment: Readonly<Record<string, string | undefined>>): Settings {
  const wrong: string[] = [];
  const text = (name: string): string =>
    environment[name] || (SETTINGS.find((one) => one.name === name)?.fallback ?? '');
  const number = (name: string, least: number, most: number): number => {
    const value = Number(text(name));
    if (!Number.isFinite(value) || value < least || value > most)
      wrong.push(`${name} is ${JSON.stringify(text(name))}; a number from ${least} to ${most} was expected`);
    return value;
  };
  const optional = (name: string, least: number, most: number): number | undefined =>
    text(name) === '' ? undefined : number(name, least, most);
  const settings: Settings = {
    host: text('HOST'),
    port: number('PORT', 0, 65_533),
    seed: optional('PLAYGROUND_SEED', 0, 2 ** 32 - 1),
    historyHours: number('PLAYGROUND_HISTORY_H', 0, 24 * 14),
    objects: optional('PLAYGROUND_OBJECTS', 0, 200_000),
    changesPerS: number('PLAYGROUND_CHANGES_PER_S', 0, 5_000),
    folder: text('MOSAIC_DATA') || '.',
    forbid: text('PLAYGROUND_FORBID')
      .split(',')
      .filter((one) => one !== ''),
  };
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return settings;
}
