// A meta.k8s.io/v1 Table: what `kubectl get` prints.
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
  object: shown,
});
