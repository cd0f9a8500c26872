// Server-sent events as an open page hears them (the format of the HTML standard, 9.2.6).

export interface Heard {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

export interface Stream {
  /** The first event, past or to come, that `wanted` accepts. */
  until(what: string, wanted: (heard: Heard) => boolean, withinMs?: number): Promise<Heard>;
  close(): void;
}

export async function openStream(url: string, lastEventId?: string): Promise<Stream> {
  const abort = new AbortController();
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: abort.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`GET ${url}: ${response.status}`);
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  void listen(response.body, (one) => {
    heard.push(one);
    for (const wake of waiting) wake();
  }).catch(() => {}); // closing the stream ends the listening
  return {
    close: () => abort.abort(),
    until: (what, wanted, withinMs = 60_000) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = heard.find(wanted);
          if (found === undefined) return;
          done();
          resolve(found);
        };
        const timer = setTimeout(() => {
          done();
          reject(new Error(`${what}: not heard within ${withinMs / 1000} s; heard ${heard.length} events`));
        }, withinMs);
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
  };
}

async function listen(body: ReadableStream<Uint8Array>, tell: (heard: Heard) => void): Promise<void> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
    const blocks = `${rest}${text}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const one = parse(block);
      if (one) tell(one);
    }
  }
}

function parse(block: string): Heard | undefined {
  const fields = block.split('\n').flatMap((line) => {
    const match = /^(\w+): ?(.*)$/.exec(line);
    return match ? [[match[1] ?? '', match[2] ?? ''] as const] : [];
  });
  if (fields.length === 0) return undefined;
  const all = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
  return { event: all('event')[0] ?? 'message', data: all('data').join('\n'), id: all('id')[0] };
}
