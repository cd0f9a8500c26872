// A container's log as text, line by line.
import type { Asked } from '../http/asked.ts';
import { isTrue } from '../http/asked.ts';
import { sayWarning } from '../http/respond.ts';
import { listAt, textAt } from '../json.ts';
import { badRequest, type KubeObject, type LogQuery } from '../port.ts';
import { noSuchPath, statusOf } from '../status.ts';
import { existing } from './get.ts';

export async function answerLogs(asked: Asked): Promise<void> {
  const { source, res, query } = asked;
  if (source.logs === undefined) throw noSuchPath();
  const pod = await existing(asked);
  const wish: LogQuery = { ...logQuery(query), container: containerOf(pod, query.get('container') ?? '') };
  const stop = new AbortController();
  res.on('close', () => stop.abort());
  const lines = source.logs(pod.metadata.namespace ?? '', pod.metadata.name, wish, stop.signal)[Symbol.asyncIterator]();
  const first = await lines.next();
  sayWarning(asked);
  res.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
  res.flushHeaders();
  await writeLines(asked, first, lines, wish.limitBytes ?? Number.POSITIVE_INFINITY);
}

async function writeLines(
  { res }: Asked,
  first: IteratorResult<string>,
  lines: AsyncIterator<string>,
  mostBytes: number,
): Promise<void> {
  let left = mostBytes;
  try {
    for (let next = first; next.done !== true && left > 0 && !res.closed; next = await lines.next()) {
      const bytes = Buffer.from(`${next.value}\n`).subarray(0, left);
      left -= bytes.length;
      if (!res.write(bytes)) await drained(res);
    }
    res.end();
  } catch (error) {
    res.end(`${JSON.stringify(statusOf(error).body)}\n`);
  } finally {
    await lines.return?.();
  }
}

const drained = (res: Asked['res']): Promise<void> =>
  new Promise((done) => {
    const go = () => {
      res.off('drain', go);
      res.off('close', go);
      done();
    };
    res.once('drain', go);
    res.once('close', go);
  });

function logQuery(query: URLSearchParams): LogQuery {
  const count = (name: string) => {
    const text = query.get(name);
    if (text === null || text === '') return {};
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0) throw badRequest(`${name}: ${JSON.stringify(text)} is not a count`);
    return { [name]: value };
  };
  const sinceTime = query.get('sinceTime');
  return {
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    follow: isTrue(query.get('follow')),
    ...count('tailLines'),
    ...count('sinceSeconds'),
    ...count('limitBytes'),
    ...(sinceTime === null ? {} : { sinceTime }),
  };
}

/** The one meant, in kube-apiserver's words when it is not clear or not there. */
function containerOf(pod: KubeObject, wanted: string): string {
  const names = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((field) =>
    listAt(pod, 'spec', field).map((container) => textAt(container, 'name')),
  );
  const main = listAt(pod, 'spec', 'containers').map((container) => textAt(container, 'name'));
  if (wanted === '' && main.length === 1) return main[0] ?? '';
  if (wanted === '') {
    throw badRequest(
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${main.join(' ')}]`,
    );
  }
  if (!names.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  return wanted;
}
