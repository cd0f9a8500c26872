// The tokens of app.css as colours a canvas understands, read again when the theme changes.

const NAMES = [
  'ground',
  'map',
  'card',
  'line',
  'line-strong',
  'ink',
  'ink-2',
  'ink-3',
  'accent',
  'accent-soft',
  'well',
  'warn',
  'bad',
  'bad-soft',
  'warn-soft',
  'unknown',
  'change',
  'gap',
] as const;
type Name = (typeof NAMES)[number];

export interface Palette extends Readonly<Record<Name, string>> {
  readonly font: string;
}

/** `light-dark()` is resolved by the browser only on a real property, so a probe element wears each colour for a moment. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('i');
  probe.style.display = 'none';
  host.append(probe);
  const style = getComputedStyle(probe);
  const colours = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, style.color];
    }),
  );
  const font = getComputedStyle(host).fontFamily || 'sans-serif';
  probe.remove();
  // every name was just set, one by one
  return { ...(colours as Record<Name, string>), font };
}
