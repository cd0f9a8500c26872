// The three shapes an object is answered in: itself, its metadata, or rows of a table.
import type { Asked } from '../http/asked.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import type { KubeObject } from '../port.ts';
import { columnsOf } from '../tables/columns.ts';
import { tableHead, tableRow } from '../tables/table.ts';
import { asServed } from '../views/views.ts';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface Shaped {
  readonly headOf: (metadata: ListMeta) => object;
  readonly field: 'items' | 'rows';
  readonly make: (object: KubeObject) => unknown;
}

const partial = ({ metadata }: KubeObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
});

export function shapedList(asked: Asked): Shaped {
  const { kind, wanted } = asked;
  if (wanted.shape === 'table') {
    const columns = columnsOf(kind);
    return { headOf: (metadata) => tableHead(columns, metadata), field: 'rows', make: rowMaker(asked) };
  }
  if (wanted.shape === 'metadata') {
    const about = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' };
    return { headOf: (metadata) => ({ ...about, metadata }), field: 'items', make: partial };
  }
  const about = { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind) };
  return { headOf: (metadata) => ({ ...about, metadata }), field: 'items', make: (object) => asServed(kind, object) };
}

export function shapedObject(asked: Asked, object: KubeObject): unknown {
  const { kind, wanted } = asked;
  if (wanted.shape === 'metadata') return partial(object);
  if (wanted.shape === 'object') return asServed(kind, object);
  return tableOf(asked, [object], { resourceVersion: object.metadata.resourceVersion });
}

function tableOf(asked: Asked, objects: readonly KubeObject[], metadata: object) {
  const columns = columnsOf(asked.kind);
  return { ...tableHead(columns, metadata), rows: objects.map(rowMaker(asked)) };
}

/** Objects of a watch: tables name their columns once. */
export function watchShaper(asked: Asked): (object: KubeObject) => unknown {
  if (asked.wanted.shape !== 'table') return (object) => shapedObject(asked, object);
  let isFirst = true;
  return (object) => {
    const { columnDefinitions, ...table } = tableOf(asked, [object], {
      resourceVersion: object.metadata.resourceVersion,
    });
    const withColumns = isFirst ? { ...table, columnDefinitions } : table;
    isFirst = false;
    return withColumns;
  };
}

function rowMaker({ kind, source, query }: Asked): (object: KubeObject) => unknown {
  const columns = columnsOf(kind);
  const now = source.now();
  const include = query.get('includeObject') ?? 'Metadata';
  return (object) => {
    const shown = include === 'None' ? null : include === 'Object' ? asServed(kind, object) : partial(object);
    return tableRow(columns, object, now, shown);
  };
}
