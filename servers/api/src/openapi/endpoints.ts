// All that can be asked, as one table.

import { readinessSchema } from '@mosaic/wire';
import { changeEndpoints } from '../changes/changes.ts';
import { clusterEndpoints } from '../clusters/clusters.ts';
import { coverageEndpoints } from '../coverage/report.ts';
import { eventEndpoints } from '../events/events.ts';
import { logEndpoints } from '../logs/logs.ts';
import { objectEndpoints } from '../objects/objects.ts';
import { searchEndpoints } from '../search/search.ts';
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
  ...probes,
];

export const API_ROOT = '/api/v1';
export const fullPath = ({ path, atRoot }: Endpoint): string => (atRoot ? path : `${API_ROOT}${path}`);

const DOCUMENTS = ['/api/openapi.json', '/api/docs'];
const patterns = [
  ...ENDPOINTS.map((endpoint) => new RegExp(`^${fullPath(endpoint).replace(/\{[^}]+\}/g, '[^/]+')}/?$`)),
  ...DOCUMENTS.map((path) => new RegExp(`^${path}/?$`)),
];

/** What a path answers to; nothing when it is not known. */
export const methodsOf = (path: string): readonly string[] =>
  patterns.some((pattern) => pattern.test(path)) ? ['GET', 'HEAD'] : [];
