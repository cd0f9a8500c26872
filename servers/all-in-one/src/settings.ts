// What `npm start` can be told.

import { choice, LOG_LEVELS, readSettings, type SettingsOf, setting, sharedSettings } from '@mosaic/runtime';

const shape = {
  ...sharedSettings,
  LOG_LEVEL: setting(
    choice(LOG_LEVELS),
    'least level that is logged; quiet here, since the terminal shows the steps',
    'warn',
  ),
};

export type Settings = SettingsOf<typeof shape>;

/** Throws `SettingsError` naming everything that is wrong. */
export const settingsFrom = (given: Readonly<Record<string, string | undefined>>): Settings =>
  readSettings(shape, given);
