// What every page that is not the map is given: the span on the bar, whom to ask, and how to leave.

import type { ClusterAnswer, ListAnswer } from '@mosaic/wire';
import type { Questions } from '../api/questions.ts';
import type { Resource } from '../state/resource.svelte.ts';
import type { Span, ViewState } from '../state/url-state.ts';

export interface PageProps {
  readonly asked: Questions;
  readonly view: ViewState;
  /** Follows the clock second by second. */
  readonly now: number;
  /** The chosen window, or the bar. */
  readonly span: Span;
  /** The span in words. */
  readonly title: string;
  readonly clusters: Resource<ListAnswer<ClusterAnswer>>;
  /** Shows a moment on the map, and a thing in it. */
  readonly travel: (at: number | undefined, node?: string) => void;
  readonly change: (patch: Partial<ViewState>, how?: 'push' | 'replace') => void;
}
