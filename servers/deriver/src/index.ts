export { type Summary, summaryOf } from './changes/summary.ts';
export { createDeriver, DERIVER_GROUP, type Deriver, type DeriverOptions } from './deriver.ts';
export { watermarkOf } from './watermarks.ts';
