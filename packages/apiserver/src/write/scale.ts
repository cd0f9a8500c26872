// The scale subresource: the replica count of a workload, as autoscaling/v1 shows it.

import type { Asked } from '../http/asked.ts';
import { contentType, parseJson, parseObject, readBody, readObject } from '../http/body.ts';
import { sayWarning, send } from '../http/respond.ts';
import { at, isRecord, type Json, numberAt, recordOf } from '../json.ts';
import { badRequest, type KubeObject } from '../port.ts';
import { existing } from '../read/get.ts';
import { labelText, selectorText } from '../tables/make.ts';
import { patcher, retried } from './patch.ts';
import { checkVersion, store, writeSide } from './writing.ts';

export async function answerScale(asked: Asked): Promise<void> {
  const { req } = asked;
  if (req.method === 'GET') {
    const scale = scaleOf(await existing(asked));
    sayWarning(asked);
    return send(asked, 200, scale);
  }
  writeSide(asked);
  const change = req.method === 'PUT' ? await replacement(asked) : await patchOf(asked);
  const updated = await retried(async () => {
    const current = await existing(asked);
    const wanted = change(scaleOf(current));
    if (!isRecord(wanted)) throw badRequest('the patch makes the scale something that is no object');
    checkVersion(asked, current, recordOf(wanted.metadata));
    const replicas = at(wanted, 'spec', 'replicas') ?? 0;
    return store(asked, current, { ...current, spec: { ...recordOf(current.spec), replicas } });
  });
  send(asked, 200, scaleOf(updated));
}

async function replacement(asked: Asked): Promise<(scale: Json) => unknown> {
  const body = await readObject(asked.req);
  return () => body;
}

async function patchOf(asked: Asked): Promise<(scale: Json) => unknown> {
  const type = contentType(asked.req);
  const text = await readBody(asked.req);
  if (type === 'application/apply-patch+yaml') {
    const body = parseObject(text, true);
    return (scale) => ({ ...scale, spec: body.spec });
  }
  return patcher(asked, type, parseJson(text));
}

function scaleOf(object: KubeObject): Json {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = at(object, 'spec', 'selector');
  const isPlain = at(selector, 'matchLabels') === undefined && at(selector, 'matchExpressions') === undefined;
  const text = isPlain ? labelText(selector) : selectorText(selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, 'spec', 'replicas') },
    status: { replicas: numberAt(object, 'status', 'replicas'), ...(text === '<none>' ? {} : { selector: text }) },
  };
}
