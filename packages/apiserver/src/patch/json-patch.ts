// JSON patch (RFC 6902), bounded as Kubernetes bounds it.
import jsonpatch from 'fast-json-patch';
import { isRecord } from '../json.ts';
import { badRequest, StatusError } from '../port.ts';

const MOST_OPERATIONS = 10_000;

/** A patched copy. Throws 400 for what is no patch, 422 for one that does not fit the object. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  if (patch.length > MOST_OPERATIONS) {
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`,
    );
  }
  if (!patch.every(isOperation))
    throw badRequest('each operation of a JSON patch has an op and a path, and a value or from where it needs one');
  try {
    // The operations were checked above; the library validates them against the object again.
    const operations = structuredClone(patch) as jsonpatch.Operation[];
    return jsonpatch.applyPatch(structuredClone(target), operations, true, true).newDocument;
  } catch (cause) {
    throw new StatusError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${firstLine(cause)}`,
      {},
    );
  }
}

const firstLine = (cause: unknown): string =>
  String(cause instanceof Error ? cause.message : cause).split('\n')[0] ?? '';

const NEEDS_VALUE = new Set(['add', 'replace', 'test']);
const NEEDS_FROM = new Set(['move', 'copy']);

function isOperation(each: unknown): boolean {
  if (!isRecord(each) || typeof each.path !== 'string' || typeof each.op !== 'string') return false;
  if (NEEDS_VALUE.has(each.op)) return Object.hasOwn(each, 'value');
  return NEEDS_FROM.has(each.op) ? typeof each.from === 'string' : each.op === 'remove';
}
