// All filters by name.

import type { Filter } from '../runtime/runtime.ts';
import { CHOOSING_FILTERS } from './choosing-filters.ts';
import { ENCODING_FILTERS } from './encoding-filters.ts';
import { LIST_FILTERS } from './list-filters.ts';
import { NUMBER_FILTERS } from './number-filters.ts';
import { TEXT_FILTERS } from './text-filters.ts';

export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ...TEXT_FILTERS,
  ...LIST_FILTERS,
  ...CHOOSING_FILTERS,
  ...NUMBER_FILTERS,
  ...ENCODING_FILTERS,
]);
