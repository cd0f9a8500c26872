// One request, understood: what is asked of which kind, by whom, and in which shape.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ObjectSource, ResourceKind } from '../port.ts';
import type { Wanted } from './accept.ts';

export interface Limits {
  /** How often a watch that allows bookmarks gets one. */
  readonly bookmarkEveryMs: number;
  /** Events that may wait for one watcher, beyond what its start brought; with more the connection is dropped. */
  readonly mostWaiting: number;
  /** How long a watcher may take nothing while something waits; then the connection is dropped. */
  readonly patienceMs: number;
  readonly mostWatchers: number;
}

export interface Exchange {
  readonly source: ObjectSource;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly query: URLSearchParams;
  readonly user: string;
  readonly limits: Limits;
  /** Counted per handler. */
  readonly watchers: { open: number };
  /** Why writes are refused, when the source takes none. */
  readonly readOnlyBecause: string;
}

export interface Asked extends Exchange {
  /** As named in the path. */
  readonly kind: ResourceKind;
  /** Whose objects they are: differs for the events.k8s.io view of core events. */
  readonly stored: ResourceKind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly wanted: Wanted;
}

export const isTrue = (value: string | null): boolean => value === 'true' || value === '1';
