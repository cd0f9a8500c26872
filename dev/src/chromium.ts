// A real browser for the journeys.

import { programOf, silently, type Told, which } from './install.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** As root, without a screen, and without a word to anybody outside. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of a Chromium; CHROMIUM in the environment names another. Installed from Debian when missing and we may; else throws with what to do. */
export async function findChromium(told: Told = silently): Promise<string> {
  const given = process.env.CHROMIUM;
  if (given) return given;
  const found = NAMES.map(which).find((path) => path !== undefined);
  return found ?? programOf('chromium', 'chromium', told);
}
