// @vitest-environment jsdom

import { expect, it } from 'vitest';
import { PAGE_LIST } from '../pages/list.ts';
import { keyboard } from './keyboard.ts';

function desk() {
  const done: string[] = [];
  const keys = keyboard({
    isBusy: () => done.includes('busy'),
    escape: () => done.push('escape'),
    search: () => done.push('search'),
    go: (page) => done.push(`go ${page}`),
    acts: { l: () => done.push('live'), ' ': () => done.push('play'), g: () => done.push('never') },
  });
  const press = (key: string, how: KeyboardEventInit = {}, on: Element = document.body): boolean => {
    const event = new KeyboardEvent('keydown', { key, cancelable: true, ...how });
    Object.defineProperty(event, 'target', { value: on });
    keys(event);
    return event.defaultPrevented;
  };
  return { done, press };
}

it('g and the key of a page lead to every page of the list', () => {
  const { done, press } = desk();
  for (const { key } of PAGE_LIST) {
    press('g');
    press(key);
  }
  expect(done.filter((each) => each.startsWith('go'))).toEqual(PAGE_LIST.map(({ id }) => `go ${id}`));
});

it('no two pages share a key', () => {
  expect(new Set(PAGE_LIST.map(({ key }) => key)).size).toBe(PAGE_LIST.length);
});

it('while someone types, keys are letters; Ctrl-K and Escape still work', () => {
  const { done, press } = desk();
  const field = document.createElement('input');
  expect(press('l', {}, field)).toBe(false);
  press('k', { ctrlKey: true }, field);
  press('Escape', {}, field);
  expect(done).toEqual(['search', 'escape']);
});

it('Space presses a button and plays elsewhere', () => {
  const { done, press } = desk();
  expect(press(' ', {}, document.createElement('button'))).toBe(false);
  expect(press(' ')).toBe(true);
  expect(done).toEqual(['play']);
});

it('a dialog keeps the keys for itself', () => {
  const { done, press } = desk();
  done.push('busy');
  press('l');
  expect(done).toEqual(['busy']);
});
