import { expect, it } from 'vitest';
import { SavedViews } from './saved-views.svelte.ts';

function shelf(text = '[]') {
  const kept = new Map([['mosaic.views', text]]);
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

it('a view is there after the page was closed, the newest first, one of each name', () => {
  const store = shelf();
  const views = new SavedViews(store);
  views.keep('what fails', '?q=failed%3E1%25');
  views.keep('pods', '?level=pod');
  views.keep('what fails', '?q=failed%3E5%25');
  expect(new SavedViews(store).all).toEqual([
    { name: 'what fails', search: '?q=failed%3E5%25' },
    { name: 'pods', search: '?level=pod' },
  ]);
  views.forget('pods');
  expect(new SavedViews(store).all.map(({ name }) => name)).toEqual(['what fails']);
});

it.each(['', 'nonsense', '{"a":1}', '[1,{"name":"x","search":"javascript:alert(1)"}]'])(
  'what something else wrote (%s) is passed over',
  (text) => expect(new SavedViews(shelf(text)).all).toEqual([]),
);

it('a view without a name is not kept', () => {
  const views = new SavedViews(undefined);
  views.keep('  ', '?level=pod');
  expect(views.all).toEqual([]);
});

it('two tabs keep views beside each other and see what the other kept', () => {
  const store = shelf();
  const tabs = [new EventTarget(), new EventTarget()];
  const [one, other] = tabs.map((tab) => new SavedViews(store, tab as unknown as Window)); // as much of a window as is used
  one?.keep('mine', '?q=a');
  other?.keep('yours', '?q=b');
  expect(other?.all.map(({ name }) => name)).toEqual(['yours', 'mine']);
  tabs[0]?.dispatchEvent(Object.assign(new Event('storage'), { key: 'mosaic.views' }));
  expect(one?.all.map(({ name }) => name)).toEqual(['yours', 'mine']);
});
