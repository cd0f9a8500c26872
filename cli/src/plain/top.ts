// `top pods` and `top nodes` of a past moment without kubectl, with its columns.

import { EXIT, UsageError } from '../exit.ts';
import { columns } from '../print/columns.ts';
import type { Api } from './api.ts';
import { nodesIn, podsIn, type Used } from './usage.ts';

export interface TopWish {
  readonly namespace: string;
  readonly 'all-namespaces': boolean;
  readonly selector?: string | undefined;
  readonly containers: boolean;
  readonly 'sort-by'?: string | undefined;
  readonly 'no-headers': boolean;
}

const PODS = ['pod', 'pods', 'po'];
const NODES = ['node', 'nodes', 'no'];

/** Throws `UsageError` for what nobody uses anything of. */
export async function top(
  api: Api,
  [what = '', name]: readonly string[],
  wish: TopWish,
  out: { write(text: string): unknown },
): Promise<number> {
  if (![...PODS, ...NODES].includes(what)) throw new UsageError('say of whom: top pods, top nodes');
  const isOfNodes = NODES.includes(what);
  const namespace = wish['all-namespaces'] ? undefined : wish.namespace;
  const used = isOfNodes ? await nodesIn(api, '') : await podsIn(api, '', { ...wish, namespace });
  const rows = used.filter((one) => name === undefined || one.name === name).sort(orderBy(wish['sort-by']));
  if (rows.length === 0) {
    process.stderr.write('No resources found\n');
    return EXIT.nothing;
  }
  const [head, ...lines] = tableOf(rows, isOfNodes, wish);
  out.write(wish['no-headers'] ? columns(lines[0] ?? [], lines.slice(1)) : columns(head ?? [], lines));
  return EXIT.found;
}

function orderBy(column: string | undefined): (a: Used, b: Used) => number {
  if (column === 'cpu' || column === 'memory') return (a, b) => b[column] - a[column];
  if (column !== undefined) throw new UsageError(`--sort-by ${column}: expected cpu or memory`);
  return (a, b) => `${a.namespace}/${a.name}`.localeCompare(`${b.namespace}/${b.name}`);
}

const percent = (part: number | undefined): string => (part === undefined ? '<unknown>' : `${Math.floor(part * 100)}%`);

function tableOf(rows: readonly Used[], isOfNodes: boolean, wish: TopWish): readonly (readonly string[])[] {
  const spaced = wish['all-namespaces'] && !isOfNodes;
  const parted = wish.containers && !isOfNodes;
  const head = [
    ...(spaced ? ['NAMESPACE'] : []),
    ...(parted ? ['POD', 'NAME'] : ['NAME']),
    ...(isOfNodes ? ['CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'] : ['CPU(cores)', 'MEMORY(bytes)']),
  ];
  const lineOf = ({ namespace, name, container = '', cpu, memory, cpuShare, memoryShare }: Used): readonly string[] => {
    // Thousandths are rounded up and all else down, as kubectl does.
    const [cores, bytes] = [`${Math.ceil(Number((cpu * 1000).toFixed(3)))}m`, `${Math.floor(memory / 2 ** 20)}Mi`];
    return [
      ...(spaced ? [namespace] : []),
      ...(parted ? [name, container] : [name]),
      ...(isOfNodes ? [cores, percent(cpuShare), bytes, percent(memoryShare)] : [cores, bytes]),
    ];
  };
  return [head, ...rows.map(lineOf)];
}
