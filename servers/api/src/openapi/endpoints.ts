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
const shapes = [...ENDPOINTS.map(fullPath), ...DOCUMENTS].map((shape) => ({
  shape,
  pattern: new RegExp(`^${shape.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
}));

/** What a path answers to; nothing when it is not known. */
export const methodsOf = (path: string): readonly string[] =>
  shapes.some(({ pattern }) => pattern.test(path)) ? ['GET', 'HEAD'] : [];

/** `/api/v1/objects/{cluster}/{uid}` of any such path; `/` for what is the page's. */
export const shapeOf = (path: string): string => shapes.find(({ pattern }) => pattern.test(path))?.shape ?? '/';
