// Keys that work wherever the focus is, unless someone is typing: single keys act, `g` and another go to a page.

import { type Page, pageOfKey } from '../pages/list.ts';

export interface Keys {
  /** A dialog has the keys. */
  readonly isBusy: () => boolean;
  readonly escape: () => void;
  /** Ctrl-K, also while typing. */
  readonly search: () => void;
  readonly go: (page: Page) => void;
  readonly acts: Readonly<Record<string, () => void>>;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
/** There Space presses. */
const isPressable = (target: EventTarget | null): boolean =>
  target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;

export function keyboard(keys: Keys): (event: KeyboardEvent) => void {
  let isLed = false;

  function actOf(event: KeyboardEvent): (() => void) | undefined {
    const { key } = event;
    const page = isLed ? pageOfKey(key) : undefined;
    isLed = key === 'g' && !isLed;
    if (page !== undefined) return () => keys.go(page);
    return key === ' ' && isPressable(event.target) ? undefined : keys.acts[key];
  }

  return (event) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      keys.search();
    } else if (event.key === 'Escape') keys.escape();
    else if (!isTyping(event.target) && !isCommand && !event.altKey && !keys.isBusy()) {
      const act = actOf(event);
      if (act === undefined) return;
      event.preventDefault();
      act();
    }
  };
}
