// The object a question is about: `deploy/checkout` of a namespace, by the kinds known then, deleted ones included.

import { changeSchema, listOf, objectSummarySchema } from '@mosaic/wire';
import { oneCluster } from '../ask/clusters.ts';
import type { Context } from '../ask/common.ts';
import { pastUrl } from '../ask/contexts.ts';
import { EXIT, Unanswered, UsageError } from '../exit.ts';
import { apiAt } from '../plain/api.ts';
import { resourceNamed } from '../plain/resources.ts';

export interface Subject {
  readonly cluster: string;
  readonly uid: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface SubjectWish {
  readonly cluster: string | undefined;
  readonly namespace: string;
  /** Its life at `to`, else the last one that changed in the span. RFC 3339. */
  readonly from: string;
  readonly to: string;
}

const objects = listOf(objectSummarySchema);
const changes = listOf(changeSchema);

/** Throws `UsageError` for words that name none, `Unanswered` (3) when there was none. */
export async function subjectOf({ server }: Context, words: string, wish: SubjectWish): Promise<Subject> {
  const [kindWord = '', name = '', ...tooMuch] = words.split('/');
  if (kindWord === '' || name === '' || tooMuch.length > 0)
    throw new UsageError(`${JSON.stringify(words)}: expected a kind and a name, deploy/checkout`);
  const cluster = await oneCluster(server, wish.cluster);
  const { kind, namespaced } = await resourceNamed(
    apiAt(pastUrl({ url: server.url, at: Date.parse(wish.to) }, cluster)),
    kindWord,
  );
  const namespace = namespaced ? wish.namespace : '';
  const about = { cluster, kind, name, ...(namespaced && { namespace }) };
  const there = await server.ask('/objects', { ...about, at: wish.to, limit: 1 }, objects);
  const found =
    there.items[0] ??
    (await server.ask('/changes', { ...about, from: wish.from, to: wish.to, limit: 1 }, changes)).items[0];
  if (found !== undefined) return { cluster, kind, namespace, name, uid: found.uid };
  const where = namespaced ? ` in namespace ${namespace}` : '';
  throw new Unanswered(
    `${kind} ${name} is not known${where} of ${cluster} from ${wish.from} to ${wish.to}`,
    EXIT.nothing,
  );
}
