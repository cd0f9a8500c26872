// Shells that a command completes in, to complete in them for real.

import { allOf, silently, type Told } from './install.ts';

/** Installed from Debian when missing and we may; else throws with what to do. */
export const installShells = (told: Told = silently): Promise<void> => allOf({ zsh: 'zsh', fish: 'fish' }, told);
