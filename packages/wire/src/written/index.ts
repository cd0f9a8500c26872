export { type Here, NotAnInstant, RefusedInstant, readInstant } from './written-instants.ts';
export { inFull, instantsOf, inUtc, type Wall, wallOf, withOffset } from './zones.ts';
