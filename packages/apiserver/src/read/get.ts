// Reading one object.
import type { Asked } from '../http/asked.ts';
import { sayWarning, send } from '../http/respond.ts';
import type { KubeObject } from '../port.ts';
import { noSuchObject } from '../status.ts';
import { shapedObject } from './shapes.ts';

/** The object a path names, or 404 in Kubernetes' words. */
export async function existing({ source, stored, kind, namespace, name = '' }: Asked): Promise<KubeObject> {
  const object = await source.get(stored, namespace ?? '', name);
  if (object === undefined) throw noSuchObject(kind, name);
  return object;
}

export async function answerGet(asked: Asked): Promise<void> {
  const object = await existing(asked);
  sayWarning(asked);
  send(asked, 200, shapedObject(asked, object), asked.wanted.yaml);
}
