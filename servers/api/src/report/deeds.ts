// What people and Mosaic did, as the report tells it: whoever keeps an audit log offers its rows.

import type { ReportRow } from '@mosaic/wire';
import type { ReportScope } from './scope.ts';

/** Rows of the section `deeds`, newest first. */
export type Deeds = (scope: ReportScope) => AsyncIterable<ReportRow>;
