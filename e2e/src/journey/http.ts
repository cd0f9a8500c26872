// Asking the API as any client would.

export interface Api {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  /** Status and body of any answer, errors included. */
  ask(
    path: string,
    init?: RequestInit,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }>;
}

export function apiAt(url: string): Api {
  const ask: Api['ask'] = async (path, init) => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    url,
    ask,
    async get<T>(path: string) {
      const { status, body } = await ask(path);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
      return body as T; // the caller names the answer it asked for
    },
  };
}

/** Asks again until `find` gives something. Throws with what was waited for and what was last seen. */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>, withinMs = 90_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await find();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s`, { cause: last });
}
