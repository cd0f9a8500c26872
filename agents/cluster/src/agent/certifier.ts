// A node agent shows the token of its pod and gets a day's word for its own key: {cluster, node, key}, signed by this agent.
// The token is checked by the API server (TokenReview) and must be bound to a living pod of the expected ServiceAccount on that node.

import { type LiveSource, type ResourceType, textAt } from '@mosaic/kat';
import type { Answer, Asked, Clock, Log } from '@mosaic/runtime';
import { CERTIFIED_FOR_MS, certifyNode, fromBase64, type NodeCertificate, type Signer } from '@mosaic/wire';

/** What the token must have been made for, so that one for the API server is of no use here. */
export const CERTIFY_AUDIENCE = 'mosaic';
export const CERTIFY_PATH = '/node-certificates';

export interface CertifierOptions {
  readonly source: Pick<LiveSource, 'review' | 'get'>;
  /** Enrolled id. */
  readonly cluster: number;
  readonly signer: Signer;
  /** `mosaic:mosaic-node-agent`: namespace and ServiceAccount of node agents. */
  readonly account: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

export class Denied extends Error {}

export type Certify = (token: string, key: string) => Promise<NodeCertificate>;

const TOKEN_REVIEWS: ResourceType = {
  ...{ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenReview', resource: 'tokenreviews' },
  ...{ namespaced: false, verbs: ['create'] },
};
const PODS: ResourceType = {
  ...{ group: '', version: 'v1', kind: 'Pod', resource: 'pods', namespaced: true, verbs: ['get'] },
};
const KEY_BYTES = 32;

/** Throws `Denied` with a reason for who asks, or what the API server throws. */
export function nodeCertifier({ source, cluster, signer, account, clock, log }: CertifierOptions): Certify {
  return async (token, key) => {
    if (!isKey(key)) throw new Denied('key: 32 bytes of an Ed25519 key in base64 were expected');
    const status = await source.review(TOKEN_REVIEWS, { token, audiences: [CERTIFY_AUDIENCE] });
    if ((status as { authenticated?: unknown } | undefined)?.authenticated !== true)
      throw new Denied(
        `the token is not valid for audience ${CERTIFY_AUDIENCE}: ${textAt(status, 'error') ?? 'refused'}`,
      );
    const user = textAt(status, 'user', 'username') ?? '';
    if (user !== `system:serviceaccount:${account}`)
      throw new Denied(`${user || 'nobody'} is not the node agents' ServiceAccount ${account}`);
    const node = await nodeOf(source, status, account.split(':')[0] ?? '');
    const from = clock.now();
    log.info('node agent certified', { node, until: new Date(from + CERTIFIED_FOR_MS).toISOString() });
    return certifyNode(cluster, { node, key, from, until: from + CERTIFIED_FOR_MS }, signer);
  };
}

/** Of the pod that the token is bound to: its name may be taken by another since, its uid may not. */
async function nodeOf(source: CertifierOptions['source'], status: unknown, namespace: string): Promise<string> {
  const [name, uid] = ['pod-name', 'pod-uid'].map((what) => extraOf(status, `authentication.kubernetes.io/${what}`));
  if (name === undefined || uid === undefined) throw new Denied('the token is not bound to a pod');
  const pod = await source.get(PODS, namespace, name);
  if (pod === undefined || pod.metadata.uid !== uid) throw new Denied(`pod ${namespace}/${name} is gone`);
  const node = textAt(pod, 'spec', 'nodeName');
  if (node === undefined) throw new Denied(`pod ${namespace}/${name} is on no node yet`);
  return node;
}

function extraOf(status: unknown, name: string): string | undefined {
  const extra = (status as { user?: { extra?: Record<string, unknown> } } | undefined)?.user?.extra?.[name];
  const [first] = Array.isArray(extra) ? extra : [];
  return typeof first === 'string' ? first : undefined;
}

function isKey(text: string): boolean {
  try {
    return fromBase64(text).length === KEY_BYTES;
  } catch {
    return false;
  }
}

/** `POST /node-certificates`, `Authorization: Bearer TOKEN`, `{"key": base64}` → the certificate. */
export async function answerCertify(certify: Certify | undefined, asked: Asked): Promise<Answer | undefined> {
  if (asked.path !== CERTIFY_PATH) return undefined;
  if (asked.method !== 'POST') return told(405, 'POST a key here', { Allow: 'POST' });
  if (certify === undefined) return told(503, 'the cluster is not reached yet', { 'Retry-After': '5' });
  const token = /^Bearer (\S+)$/.exec(asked.authorization ?? '')?.[1];
  if (token === undefined) return told(401, 'Authorization: Bearer <token of the pod> is missing');
  const key = keyIn(await asked.body());
  if (key === undefined) return told(400, 'body: {"key": "<base64>"} was expected');
  try {
    return { ...JSON_200, body: JSON.stringify(await certify(token, key)) };
  } catch (error) {
    if (error instanceof Denied) return told(403, error.message);
    return told(503, error instanceof Error ? error.message : String(error), { 'Retry-After': '5' });
  }
}

const JSON_200 = { status: 200, type: 'application/json; charset=utf-8' } as const;

const told = (status: number, message: string, headers?: Readonly<Record<string, string>>): Answer => ({
  ...{ status, type: JSON_200.type, body: `${JSON.stringify({ message })}\n` },
  ...(headers && { headers }),
});

function keyIn(body: string): string | undefined {
  try {
    return textAt(JSON.parse(body), 'key');
  } catch {
    return undefined;
  }
}
