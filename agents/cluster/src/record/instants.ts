// Instants of one recorder never go back within its open chunks. A clock set back for good begins new ones: the sequence orders them.

/** A step back by less is held at the latest instant: clocks are corrected by seconds all day long. */
const HELD_BACK_MS = 5 * 60_000;

export function instants(onSetBack: () => void): { at(instant: number): number } {
  let latest = 0;
  return {
    at(instant) {
      const whole = Math.floor(instant);
      if (latest - whole > HELD_BACK_MS) {
        onSetBack();
        latest = whole;
      }
      latest = Math.max(latest, whole);
      return latest;
    },
  };
}
