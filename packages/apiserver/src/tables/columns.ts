// The columns of a kind: its own where kubectl has them, else what its definition lists.
import type { ResourceKind } from '../port.ts';
import { qualified } from '../status.ts';
import { isBuiltInGroup } from '../types/catalog.ts';
import { customColumns } from './custom.ts';
import { CREATED_AT, NAME } from './make.ts';
import { METRICS_COLUMNS } from './metrics.ts';
import { NETWORK_COLUMNS } from './network.ts';
import { RARE_COLUMNS } from './rare.ts';
import { REST_COLUMNS } from './rest.ts';
import { STORAGE_COLUMNS } from './storage.ts';
import type { Column } from './table.ts';
import { WORKLOAD_COLUMNS } from './workloads.ts';

const BUILT_IN: Readonly<Record<string, readonly Column[]>> = {
  ...WORKLOAD_COLUMNS,
  ...NETWORK_COLUMNS,
  ...REST_COLUMNS,
  ...STORAGE_COLUMNS,
  ...RARE_COLUMNS,
  ...METRICS_COLUMNS,
};

/** As every API server tables a kind nobody wrote columns for. */
const PLAIN: readonly Column[] = [NAME, CREATED_AT];

export function columnsOf(kind: ResourceKind): readonly Column[] {
  const isCustom = kind.schema !== undefined || kind.printerColumns !== undefined || !isBuiltInGroup(kind.group);
  return BUILT_IN[qualified(kind)] ?? (isCustom ? customColumns(kind) : PLAIN);
}
