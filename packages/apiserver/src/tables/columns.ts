// The columns of a kind: its own where kubectl has them, else what its definition lists.
import type { ResourceKind } from '../port.ts';
import { qualified } from '../status.ts';
import { customColumns } from './custom.ts';
import { NETWORK_COLUMNS } from './network.ts';
import { REST_COLUMNS } from './rest.ts';
import type { Column } from './table.ts';
import { WORKLOAD_COLUMNS } from './workloads.ts';

const BUILT_IN: Readonly<Record<string, readonly Column[]>> = {
  ...WORKLOAD_COLUMNS,
  ...NETWORK_COLUMNS,
  ...REST_COLUMNS,
};

export const columnsOf = (kind: ResourceKind): readonly Column[] => BUILT_IN[qualified(kind)] ?? customColumns(kind);
