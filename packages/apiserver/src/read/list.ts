// Reading many objects: one snapshot, selected, in pages.
import type { Asked } from '../http/asked.ts';
import { sayWarning, send, sendList } from '../http/respond.ts';
import { badRequest, type KubeObject, type Listing, type Part, StatusError } from '../port.ts';
import { behind, expired, type Last, type Place, placeOf, tokenFor } from './paging.ts';
import { selection } from './select.ts';
import { type ListMeta, shapedList } from './shapes.ts';

export async function answerList(asked: Asked): Promise<void> {
  const { headOf, field, make } = shapedList(asked);
  const textOf = (object: KubeObject): string => JSON.stringify(make(object));
  const { objects, texts, metadata } = await page(asked, asked.wanted.yaml ? undefined : textOf);
  sayWarning(asked);
  const head = headOf(metadata);
  if (asked.wanted.yaml) return send(asked, 200, { ...head, [field]: objects.map(make) }, true);
  if (texts !== undefined) return sendList(asked, head, field, texts, (text: string) => text);
  await sendList(asked, head, field, objects, textOf);
}

interface Page {
  readonly objects: readonly KubeObject[];
  /** Instead of objects, where the source wrote them itself. */
  readonly texts?: readonly string[];
  readonly metadata: ListMeta;
}

async function page(asked: Asked, textOf: Part['textOf']): Promise<Page> {
  const limit = limitOf(asked.query);
  const token = asked.query.get('continue') ?? '';
  const place = token === '' ? undefined : placeOf(token);
  const test = selection(asked);
  const part = test === undefined ? partOf(limit, place, textOf) : undefined;
  const { items, resourceVersion, remaining, written } =
    place === undefined ? await snapshot(asked, part) : await again(asked, place.resourceVersion, part);
  if (written !== undefined) {
    const metadata = metaOf(written.last, resourceVersion, remaining ?? 0);
    return { objects: items, texts: written.texts, metadata };
  }
  if (remaining !== undefined)
    return { objects: items, metadata: metaOf(items.at(-1)?.metadata, resourceVersion, remaining) };
  const left = place === undefined ? items : behind(items, place);
  const selected = test === undefined ? left : left.filter(test);
  const objects = limit === undefined ? selected : selected.slice(0, limit);
  const { remainingItemCount, ...metadata } = metaOf(
    objects.at(-1)?.metadata,
    resourceVersion,
    selected.length - objects.length,
  );
  const counted = test === undefined && remainingItemCount !== undefined ? { remainingItemCount } : {};
  return { objects, metadata: { ...metadata, ...counted } };
}

const partOf = (limit: number | undefined, place: Place | undefined, textOf: Part['textOf']): Part | undefined =>
  limit === undefined ? undefined : { limit, ...(place && { after: place }), ...(textOf && { textOf }) };

function metaOf(last: Last | undefined, resourceVersion: string, remaining: number): ListMeta {
  if (last === undefined || remaining === 0) return { resourceVersion };
  return { resourceVersion, continue: tokenFor(resourceVersion, last), remainingItemCount: remaining };
}

function limitOf(query: URLSearchParams): number | undefined {
  const text = query.get('limit');
  if (text === null || text === '' || text === '0') return undefined;
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 0) throw badRequest(`limit: ${JSON.stringify(text)} is not a count`);
  return limit;
}

/** Empty when none is asked for. Throws 400 for what is no version of anybody. */
export function versionIn(query: URLSearchParams): string {
  const version = query.get('resourceVersion') ?? '';
  if (version === '' || isNumber(version)) return version;
  throw badRequest(`resourceVersion: ${JSON.stringify(version.slice(0, 100))} is not a resource version`);
}

/** The snapshot that `resourceVersion` and `resourceVersionMatch` ask for. */
export async function snapshot({ source, stored, namespace, query }: Asked, part?: Part): Promise<Listing> {
  const version = versionIn(query);
  const match = query.get('resourceVersionMatch') ?? '';
  if (match !== '' && match !== 'Exact' && match !== 'NotOlderThan') {
    throw badRequest(`resourceVersionMatch: ${JSON.stringify(match)} is neither Exact nor NotOlderThan`);
  }
  if (match !== '' && version === '')
    throw badRequest('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match === 'Exact' && version === '0')
    throw badRequest('resourceVersionMatch "Exact" is forbidden for resourceVersion "0"');
  if (match === 'Exact') return source.list(stored, namespace, version, part);
  refuseFuture(version, source.currentVersion());
  return source.list(stored, namespace, undefined, part);
}

/** The snapshot of an earlier page; when it is gone, or the source shows another moment by now, the client must begin anew. */
async function again(
  { source, stored, namespace }: Asked,
  resourceVersion: string,
  part: Part | undefined,
): Promise<Listing> {
  try {
    const listing = await source.list(stored, namespace, resourceVersion, part);
    if (listing.resourceVersion !== resourceVersion) throw expired();
    return listing;
  } catch (error) {
    if (error instanceof StatusError && error.code === 410) throw expired();
    throw error;
  }
}

const isNumber = (text: string): boolean => /^\d{1,20}$/.test(text);

/** Versions are opaque to clients, but a number beyond ours was certainly not given by us. */
function refuseFuture(version: string, current: string): void {
  if (!isBeyond(version, current)) return;
  throw new StatusError(504, 'Timeout', `Too large resource version: ${version}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export const isBeyond = (version: string, current: string): boolean =>
  isNumber(version) && isNumber(current) && BigInt(version) > BigInt(current);
