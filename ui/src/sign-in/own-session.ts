// The one session of this page.

import { Session } from './session.svelte.ts';

export const session = new Session();
