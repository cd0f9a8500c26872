// All that can be asked, as one table.

import { readinessSchema } from '@mosaic/wire';
import { auditEndpoints } from '../audit/audit.ts';
import { changeEndpoints } from '../changes/changes.ts';
import { clusterEndpoints } from '../clusters/clusters.ts';
import { coverageEndpoints } from '../coverage/report.ts';
import { enrolmentEndpoints } from '../enrolment/enrolments.ts';
import { eventEndpoints } from '../events/events.ts';
import { intakeTokenEndpoints } from '../intake-tokens/intake-tokens.ts';
import { logEndpoints } from '../logs/logs.ts';
import { metricEndpoints } from '../metrics/metrics.ts';
import { objectEndpoints } from '../objects/objects.ts';
import { peopleEndpoints } from '../people/people.ts';
import { reportEndpoints } from '../report/report.ts';
import { searchEndpoints } from '../search/search.ts';
import { storageEndpoints } from '../storage/storage.ts';
import { timelineEndpoints } from '../timeline/timeline.ts';
import { topologyEndpoints } from '../topology/topology.ts';
import type { Endpoint } from './endpoint.ts';

const probes: readonly Endpoint[] = [
  { path: '/livez', about: 'The process lives', query: {}, type: 'text/plain', atRoot: true },
  {
    path: '/readyz',
    about: 'Questions can be answered; by dependency',
    query: {},
    answer: readinessSchema,
    atRoot: true,
  },
  { path: '/metrics', about: 'Prometheus text of this process', query: {}, type: 'text/plain', atRoot: true },
];

export const ENDPOINTS: readonly Endpoint[] = [
  ...clusterEndpoints,
  ...topologyEndpoints,
  ...objectEndpoints,
  ...changeEndpoints,
  ...eventEndpoints,
  ...timelineEndpoints,
  ...coverageEndpoints,
  ...searchEndpoints,
  ...logEndpoints,
  ...metricEndpoints,
  ...reportEndpoints,
  ...storageEndpoints,
  ...intakeTokenEndpoints,
  ...peopleEndpoints,
  ...enrolmentEndpoints,
  ...auditEndpoints,
  ...probes,
];

export const API_ROOT = '/api/v1';
export const fullPath = ({ path, atRoot }: Endpoint): string => (atRoot ? path : `${API_ROOT}${path}`);

const DOCUMENTS = ['/api/openapi.json', '/api/docs'];
const shapes = [...ENDPOINTS.map(fullPath), ...DOCUMENTS].map((shape) => ({
  shape,
  pattern: new RegExp(`^${shape.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
}));
const methodsByShape = new Map(
  ENDPOINTS.map((endpoint) => [fullPath(endpoint), endpoint.methods ?? (['GET'] as const)]),
);

/** What a path answers to; nothing when it is not known. */
export function methodsOf(path: string): readonly string[] {
  const found = shapes.find(({ pattern }) => pattern.test(path));
  if (found === undefined) return [];
  const methods = methodsByShape.get(found.shape) ?? ['GET'];
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

/** `/api/v1/objects/{cluster}/{uid}` of any such path; `/` for what is the page's. */
export const shapeOf = (path: string): string => shapes.find(({ pattern }) => pattern.test(path))?.shape ?? '/';
