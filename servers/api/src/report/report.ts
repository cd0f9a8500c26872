// The audit report of a span: what ran, what changed and by whom, what was watched; one signed file, written as it is read.

import {
  REPORT_FORMATS,
  type ReportFormat,
  type ReportKey,
  type ReportRow,
  reportKeySchema,
  reportWord,
} from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { Refused } from '../asking/problem.ts';
import { checkSpan, oneOf, type RawQuery, readQuery, shared } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { actorRows, type ChangeTotals, changeRows, changeTotals } from './changes.ts';
import { type Covered, coverageRows, coveredOf, gapRows } from './covered.ts';
import type { Deeds } from './deeds.ts';
import type { ReportKeys } from './report-key.ts';
import type { ReportScope } from './scope.ts';
import { sealed } from './sealing.ts';
import { type ImageTally, imageRows, podRows, workloadRows } from './what-ran.ts';

const shape = {
  from: shared.from,
  to: shared.to,
  cluster: shared.cluster,
  namespace: shared.namespace,
  format: oneOf(REPORT_FORMATS, 'One self-contained file in this form', 'html'),
};

export const reportEndpoints: readonly Endpoint[] = [
  { path: '/report', about: 'The audit report of a span, signed', query: shape, type: 'text/html' },
  { path: '/report/key', about: 'The key that reports are signed with', query: {}, answer: reportKeySchema },
];

export interface OpenedReport {
  readonly type: string;
  readonly fileName: string;
  readonly blocks: AsyncIterable<Buffer>;
}

export interface Reports {
  /** Throws before the first block what can be known before. */
  open(query: RawQuery): Promise<OpenedReport>;
  key(): Promise<ReportKey>;
}

const TYPES: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};
/** Each walks through all of the span: more at once would be slower for everybody. */
const MOST_AT_ONCE = 2;

export interface ReportParts {
  readonly keys: ReportKeys;
  readonly version: string;
  /** What people and Mosaic did; absent where nothing records it. */
  readonly deeds: Deeds | undefined;
}

export function reports(asking: Asking, parts: ReportParts): Reports {
  const { clusters, now } = asking;
  let under = 0;
  async function* counted(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    under++;
    try {
      yield* blocks;
    } finally {
      under--;
    }
  }
  return {
    key: () => parts.keys.public(),
    async open(query) {
      const { from, to, cluster, namespace, format } = readQuery(shape, query, now());
      checkSpan({ from, to });
      if (under >= MOST_AT_ONCE)
        throw new Refused(429, `${MOST_AT_ONCE} reports are being written already`, {
          headers: { 'Retry-After': '10' },
        });
      const end = Math.max(from, Math.min(to, now()));
      const scope = { from, to: end, namespace, clusters: await clusters.among(cluster) };
      const blocks = await begun(asking, parts, scope, format);
      return { type: TYPES[format], fileName: fileName(scope, format), blocks: counted(blocks) };
    },
  };
}

async function begun(
  { store, coverage, now }: Asking,
  { keys, version, deeds }: ReportParts,
  scope: ReportScope,
  format: ReportFormat,
): Promise<AsyncIterable<Buffer>> {
  const [key, totals, covered] = await Promise.all([
    keys.signing(),
    changeTotals(store, scope),
    coveredOf(coverage, scope),
  ]);
  const images: ImageTally = new Map();
  const about = aboutRows({ scope, totals, covered, version, madeAt: now(), keyId: key.keyId, isRecorded: !!deeds });
  const title = `Audit report ${minute(scope.from)} – ${minute(scope.to)}`;
  return sealed(
    { format, title },
    [
      ['about', about],
      ['actors', actorRows(totals)],
      ['changes', changeRows(store, scope)],
      ['deeds', deeds?.(scope) ?? []],
      ['workloads', workloadRows(store, scope)],
      ['pods', podRows(store, scope, images)],
      ['images', imageRows(images)],
      ['coverage', coverageRows(covered, scope)],
      ['gaps', gapRows(covered)],
    ],
    key,
  );
}

interface About {
  readonly scope: ReportScope;
  readonly totals: ChangeTotals;
  readonly covered: readonly Covered[];
  readonly version: string;
  readonly madeAt: number;
  readonly keyId: string;
  readonly isRecorded: boolean;
}

function aboutRows({ scope, totals, covered, version, madeAt, keyId, isRecorded }: About): readonly ReportRow[] {
  const { from, to, clusters, namespace } = scope;
  const gaps = covered.reduce((sum, one) => sum + one.gaps.length, 0);
  const named = clusters.map(
    ({ id, name, kind, uid }) => `${name} (${[`id ${id}`, kind, uid].filter(Boolean).join(', ')})`,
  );
  const told: readonly (readonly [string, string])[] = [
    ['From', rfc3339(from)],
    ['To', rfc3339(to)],
    ['Clusters', named.join('; ') || 'none is known'],
    ['Namespaces', namespace ?? 'all'],
    ['Changes', `${totals.changes}, ${totals.weighty} of them deploys, configuration or worse`],
    ['By', `${totals.actors.size} actors`],
    ['Watched', gaps === 0 ? 'all of the span' : `with ${gaps} ${gaps === 1 ? 'gap' : 'gaps'}, told at the end`],
    ['People and Mosaic', isRecorded ? 'recorded' : 'nothing was recorded: this Mosaic keeps no audit log'],
    [
      'Secrets',
      'values of Secrets and what looks like a credential are keyed hashes, made before they left the cluster',
    ],
    ['Made', `${rfc3339(madeAt)} by Mosaic ${version}, key ${keyId}`],
  ];
  return told.map(([name, what]) => ({ section: 'about', name, what: reportWord(what) }));
}

const minute = (at: number): string => `${rfc3339(at).slice(0, 16).replace('T', ' ')} UTC`;
const fileName = ({ from, to }: ReportScope, format: ReportFormat): string =>
  `mosaic-report-${compact(from)}-${compact(to)}.${format}`;
const compact = (at: number): string => rfc3339(at).slice(0, 19).replaceAll(/[-:]/g, '');
