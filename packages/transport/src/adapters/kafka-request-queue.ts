// kafkajs 2.2.4 asks for timers of a negative delay, which Node 24 warns about: its request queue subtracts the clock from
// `throttledUntil`, which is -1 while nothing is throttled, and only mends the result when something is pending. It needs a timer
// in two cases: it is throttled, or something is pending. Here it sets one in those, and none otherwise.

import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const LOOK_AGAIN_MS = 10;

export function mendRequestQueue(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    const throttledMs = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId || (throttledMs <= 0 && this.pending.length === 0)) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : LOOK_AGAIN_MS,
    );
  };
}
