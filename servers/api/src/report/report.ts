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
import { checkSpan, oneOf, type RawQuery, readQuery, shared, whole } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import type { Visitor } from '../people/visitor.ts';
import { actorRows, type ChangeTotals, changeRows, changeTotals } from './changes.ts';
import { type Covered, coverageRows, coveredOf, gapRows } from './covered.ts';
import { deedRows } from './deeds.ts';
import type { ReportKeys } from './report-key.ts';
import type { ReportScope } from './scope.ts';
import { sealed } from './sealing.ts';
import { type ImageTally, imageRows, podRows, workloadRows } from './what-ran.ts';

const shape = {
  from: shared.from,
  to: shared.to,
  cluster: shared.cluster,
  namespace: shared.namespace,
  minSeverity: whole(
    'Leaves out changes that weigh less: 1 worth knowing, 2 deploy or configuration, 3 broke',
    0,
    3,
    undefined,
  ),
  format: oneOf(REPORT_FORMATS, 'One self-contained file in this form', 'html'),
};

const TYPES: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

export const reportEndpoints: readonly Endpoint[] = [
  {
    path: '/report',
    about: 'The audit report of a span, signed',
    query: shape,
    type: Object.values(TYPES).map((type) => type.split(';')[0] ?? type),
  },
  { path: '/report/key', about: 'The key that reports are signed with', query: {}, answer: reportKeySchema },
];

export interface OpenedReport {
  readonly type: string;
  readonly fileName: string;
  readonly blocks: AsyncIterable<Buffer>;
}

export interface Reports {
  /** Throws before the first block what can be known before. */
  open(query: RawQuery, visitor: Visitor): Promise<OpenedReport>;
  key(): Promise<ReportKey>;
}

/** Each walks through all of the span: more at once would be slower for everybody. */
const MOST_AT_ONCE = 2;

export interface ReportParts {
  readonly keys: ReportKeys;
  readonly version: string;
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
    async open(query, visitor) {
      const { from, to, cluster, namespace, minSeverity, format } = readQuery(shape, query, now());
      checkSpan({ from, to });
      if (under >= MOST_AT_ONCE)
        throw new Refused(429, `${MOST_AT_ONCE} reports are being written already`, {
          headers: { 'Retry-After': '10' },
        });
      const end = Math.max(from, Math.min(to, now()));
      const scope = { from, to: end, namespace, minSeverity, clusters: await clusters.among(cluster) };
      const blocks = await begun(asking, parts, { scope, visitor }, format);
      return { type: TYPES[format], fileName: fileName(scope, format), blocks: counted(blocks) };
    },
  };
}

async function begun(
  { store, coverage, now }: Asking,
  { keys, version }: ReportParts,
  { scope, visitor }: { readonly scope: ReportScope; readonly visitor: Visitor },
  format: ReportFormat,
): Promise<AsyncIterable<Buffer>> {
  const [key, totals, covered] = await Promise.all([
    keys.signing(),
    changeTotals(store, scope),
    coveredOf(coverage, scope),
  ]);
  const images: ImageTally = new Map();
  const about = aboutRows({ scope, totals, covered, version, madeAt: now(), keyId: key.keyId, visitor });
  const title = `Audit report ${minute(scope.from)} – ${minute(scope.to)}`;
  return sealed(
    { format, title },
    [
      ['about', about],
      ['actors', actorRows(totals)],
      ['changes', changeRows(store, scope)],
      ['deeds', isTold(visitor) ? deedRows(store, scope) : []],
      ['workloads', workloadRows(store, scope)],
      ['pods', podRows(store, scope, images)],
      ['images', imageRows(images)],
      ['coverage', coverageRows(covered, scope)],
      ['gaps', gapRows(covered)],
    ],
    key,
  );
}

/** The audit log tells of everybody. */
const isTold = ({ role }: Visitor): boolean => role === 'admin';

interface About {
  readonly scope: ReportScope;
  readonly totals: ChangeTotals;
  readonly covered: readonly Covered[];
  readonly version: string;
  readonly madeAt: number;
  readonly keyId: string;
  readonly visitor: Visitor;
}

function aboutRows({ scope, totals, covered, version, madeAt, keyId, visitor }: About): readonly ReportRow[] {
  const { from, to, clusters, namespace, minSeverity } = scope;
  const gaps = covered.reduce((sum, one) => sum + one.gaps.length, 0);
  const named = clusters.map(
    ({ id, name, kind, uid }) => `${name} (${[`id ${id}`, kind, uid].filter(Boolean).join(', ')})`,
  );
  const told: readonly (readonly [string, string])[] = [
    ['From', rfc3339(from)],
    ['To', rfc3339(to)],
    ['Clusters', named.join('; ') || 'none is known'],
    ['Namespaces', namespace ?? 'all'],
    ['Changes', `${totals.changes}, of which deploys, configuration or worse: ${totals.weighty}`],
    ['Least severity', `${minSeverity ?? 0}${minSeverity ? ': what weighs less is left out' : ': everything'}`],
    ['By', `${totals.actors.size} actors`],
    ['Watched', gaps === 0 ? 'all of the span' : `with ${gaps} ${gaps === 1 ? 'gap' : 'gaps'}, told at the end`],
    [
      'People and Mosaic',
      isTold(visitor) ? 'what is in the audit log of the span' : 'left out: the audit log is for administrators',
    ],
    [
      'Secrets',
      'values of Secrets and what looks like a credential are keyed hashes, made before they left the cluster',
    ],
    ['Made', `${rfc3339(madeAt)} for ${visitor.name} by Mosaic ${version}, key ${keyId}`],
  ];
  return told.map(([name, what]) => ({ section: 'about', name, what: reportWord(what) }));
}

const minute = (at: number): string => `${rfc3339(at).slice(0, 16).replace('T', ' ')} UTC`;
const fileName = ({ from, to }: ReportScope, format: ReportFormat): string =>
  `mosaic-report-${compact(from)}-${compact(to)}.${format}`;
const compact = (at: number): string => rfc3339(at).slice(0, 19).replaceAll(/[-:]/g, '');
