import { describe, expect, it } from 'vitest';
import { address, ask, type Fetch } from './ask.ts';
import { explain, Unanswered } from './problem.ts';

const answers =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  async () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

async function refusal(fetcher: () => Promise<Response>): Promise<Unanswered> {
  try {
    await ask(fetcher, '/x', {});
  } catch (error) {
    if (error instanceof Unanswered) return error;
  }
  throw new Error('an answer came');
}

it('an address leaves out what is not asked', () => {
  expect(address('/t', { at: undefined, ns: '', q: 'a b&c', n: 0 })).toBe('/t?q=a%20b%26c&n=0');
});

describe('errors say what, why and what to do', () => {
  it('problem details are told with their fields', async () => {
    const problem = {
      type: 'x',
      title: 'Not readable',
      status: 400,
      detail: 'bad.',
      id: 'p1',
      errors: [{ field: 'at', expected: 'an instant', got: 'soon' }],
    };
    const said = explain(await refusal(answers(400, problem)));
    expect(said.what).toBe('Not readable');
    expect(said.why).toContain('at: expected an instant, got soon');
    expect(said.id).toBe('p1');
  });

  it('a field that the detail names already is told once', async () => {
    const errors = [{ field: 'regex', expected: 'a regular expression', got: '"("' }];
    const detail = 'regex: expected a regular expression, got "("';
    const problem = { type: 'x', title: 'Not readable', status: 400, detail, id: 'p1', errors };
    expect(explain(await refusal(answers(400, problem))).why).toBe(detail);
  });

  it.each([
    [503, { 'retry-after': '7' }, true, 7000],
    [429, {}, true, undefined],
    [410, {}, false, undefined],
    [401, {}, false, undefined],
  ])('%d passes by itself or does not', async (status, headers, isPassing, retry) => {
    const error = await refusal(answers(status, '<html>proxy</html>', headers));
    expect([error.isPassing, error.retryAfterMs]).toEqual([isPassing, retry]);
    expect(explain(error).todo).not.toBe('');
  });

  it('a server that cannot be reached is told so', async () => {
    const error = await refusal(async () => Promise.reject(new TypeError('failed to fetch')));
    expect([error.status, error.isPassing]).toEqual([0, true]);
  });

  it('an answer cut off half way passes by itself', async () => {
    const error = await refusal(answers(200, '{"nodes":[{"id":"1:Depl'));
    expect([error.status, error.isPassing]).toEqual([0, true]);
  });

  it('a question that hangs is given up after its patience, and passes by itself', async () => {
    const hanging: Fetch = (_url, how) =>
      new Promise((_resolve, reject) => how?.signal?.addEventListener('abort', () => reject(how.signal?.reason)));
    const asked = ask(hanging, '/x', {}, new AbortController().signal, 20);
    await expect(asked).rejects.toMatchObject({ status: 0, isPassing: true });
  });

  it('a question its asker gave up is no failure of the server', async () => {
    const asker = new AbortController();
    const asked = ask(answers(200, '{"cut'), '/x', {}, asker.signal, 1000);
    asker.abort(new Error('another thing is looked at'));
    await expect(asked).rejects.not.toBeInstanceOf(Unanswered);
  });
});
