// A meta.k8s.io/v1 Table: what `kubectl get` prints.
import { textAt } from '../json.ts';
import type { KubeObject } from '../port.ts';

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown, more only by `-o wide`. */
  readonly priority: number;
  readonly cell: (object: KubeObject, now: number) => unknown;
}

export const tableHead = (columns: readonly Column[], metadata: object) => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
  columnDefinitions: columns.map(({ name, type, format = '', description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  })),
});

export const tableRow = (columns: readonly Column[], object: KubeObject, now: number, shown: unknown) => ({
  cells: columns.map(({ cell }) => cell(object, now) ?? null),
  ...completion(object),
  object: shown,
});

const ENDINGS: Readonly<Record<string, string>> = {
  Succeeded: 'The pod has completed successfully.',
  Failed: 'The pod failed.',
};

/** A pod that ended says so beside its cells: clients may leave such rows out. */
function completion(object: KubeObject): object {
  const reason = object.kind === 'Pod' ? textAt(object, 'status', 'phase') : '';
  const message = Object.hasOwn(ENDINGS, reason) ? ENDINGS[reason] : undefined;
  return message === undefined ? {} : { conditions: [{ type: 'Completed', status: 'True', reason, message }] };
}
