// The mock server's answers without a socket: the same story, for components that are given a real client.

import type { Fetch } from '../api/ask.ts';
import { answerTo } from './answers.ts';
import type { Story } from './graph-at.ts';

/** Every question answered from the story; what is not answered is a 404 problem. */
export function fetchFrom(story: Story, asked: string[] = []): Fetch {
  return async (input) => {
    const url = new URL(String(input), 'http://localhost');
    asked.push(`${url.pathname}${url.search}`);
    const body = answerTo(story, url.pathname, url.searchParams, 0);
    const problem = { type: 'about:blank', title: 'Not known here', status: 404, detail: url.pathname, id: 'fake' };
    return new Response(JSON.stringify(body ?? problem), { status: body === undefined ? 404 : 200 });
  };
}
