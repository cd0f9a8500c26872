// Who set each line of a manifest: paths of the YAML's lines met with the paths of the blame, the nearest known one above where a field has none of its own.

import type { BlameAnswer } from '@mosaic/wire';
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { steps } from '../../parts/diff.ts';
import { type YamlLine, yamlLines, yamlOf } from '../yaml-lines.ts';

export type Hand = BlameAnswer['items'][number];
export interface BlamedLine extends YamlLine {
  /** Nobody is known to have set it: the API server fills such fields. */
  readonly hand: Hand | undefined;
  /** The line above was set by another hand, or at another time. */
  readonly isFirst: boolean;
}

const PART = '\u0000';

/** Names without the brackets that part them from fields: `labels[app]` and `labels.app` are one. */
const bare = (path: string): string[] => steps(path).map((step) => step.replace(/^\[|\]$/g, ''));

interface Tree {
  hand: Hand | undefined;
  readonly below: Map<string, Tree>;
}

function treeOf(items: readonly Hand[]): Tree {
  const root: Tree = { hand: undefined, below: new Map() };
  for (const hand of items) {
    let tree = root;
    for (const step of bare(hand.path)) {
      const next = tree.below.get(step) ?? { hand: undefined, below: new Map() };
      tree.below.set(step, next);
      tree = next;
    }
    tree.hand = hand;
  }
  return root;
}

/** An item of a list goes by its merge key (`CART_HOST`, `8080,TCP`) where the blame has one, else by its index. */
function itemTree(tree: Tree | undefined, item: unknown, index: number): Tree | undefined {
  if (tree === undefined) return undefined;
  const values = new Set(
    isMap(item)
      ? item.items.flatMap(({ value }) => (isScalar(value) ? String(value.value) : []))
      : isScalar(item)
        ? [String(item.value)]
        : [],
  );
  for (const [key, below] of tree.below) if (key.split(',').every((part) => values.has(part))) return below;
  return tree.below.get(String(index));
}

/** Tells each line where a field begins who set it. */
function walk(
  node: unknown,
  tree: Tree | undefined,
  above: Hand | undefined,
  tell: (at: number, hand: Hand | undefined) => void,
): void {
  const hand = tree?.hand ?? above;
  if (isMap(node))
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const below = tree?.below.get(String(pair.key.value));
      if (pair.key.range) tell(pair.key.range[0], below?.hand ?? hand);
      walk(pair.value, below, hand, tell);
    }
  else if (isSeq(node))
    node.items.forEach((item, index) => {
      const below = itemTree(tree, item, index);
      if (isScalar(item) && item.range) tell(item.range[0], below?.hand ?? hand);
      walk(item, below, hand, tell);
    });
}

const sameHand = (a: Hand | undefined, b: Hand | undefined): boolean =>
  a?.manager === b?.manager && a?.at === b?.at && a?.orBefore === b?.orBefore && a?.operation === b?.operation;

export function blamedLines(manifest: unknown, items: readonly Hand[]): BlamedLine[] {
  const text = yamlOf(manifest);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const hands = new Map<number, Hand | undefined>();
  walk(document.contents, treeOf(items), undefined, (at, hand) => hands.set(counter.linePos(at).line - 1, hand));
  let last: Hand | undefined;
  return yamlLines(text).map((line, i) => {
    const hand = hands.has(i) ? hands.get(i) : last;
    const isFirst = i === 0 || !sameHand(hand, last);
    last = hand;
    return { ...line, hand, isFirst };
  });
}

/** Hands in the order in which they are met, for a colour each. */
export const handKey = (hand: Hand | undefined): string =>
  hand === undefined ? '' : [hand.manager, hand.operation, hand.subresource].join(PART);
