// A new cluster joins before its agents are installed: its key is made here, straight into its Secret, and made known to Mosaic by the one-time
// token that `mosaic clusters add NAME` printed. What the server answers (the cluster's id, where its brokers are) becomes part of the values; the
// agents' certificate for Kafka, asked for with a key that is made here too, goes into its Secrets.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { type Json, type LiveSource, numberAt, textAt, valueAt } from '@mosaic/kat';
import { type ClientCertificate, fits, keyIdOf, signedWish } from '@mosaic/runtime';
import { type EnrolledAnswer, enrolledSchema, enrolProofText, problemSchema, toBase64 } from '@mosaic/wire';
import { Unanswered } from '../exit.ts';
import { SECRETS } from './kinds.ts';
import { merged, valueText } from './trees.ts';

const WITHIN_MS = 15_000;

/** Whether these wishes ask for it: a server and a token, and no id yet. */
export const wantsToJoin = (wishes: Json): boolean =>
  textAt(wishes, 'cluster', 'server') !== undefined && numberAt(wishes, 'cluster', 'id') === undefined;

export interface Joining {
  readonly source: Pick<LiveSource, 'get' | 'kubeSystemUid' | 'version'>;
  /** All values, those of the product among them. */
  readonly values: Json;
  readonly wishes: Json;
}

export interface Joined {
  /** The wishes with what the server answered. */
  readonly wishes: Json;
  readonly cluster: number;
  /** Absent from a server that signs none. */
  readonly certificate?: ClientCertificate;
}

/** The key is in its Secret already. Throws `Unanswered` with the server's reason. */
export async function joined({ source, values, wishes }: Joining): Promise<Joined> {
  const namespace = valueText(values, 'namespaces', 'clusterAgent');
  const secretText = async (name: string, file: string): Promise<string> => {
    const found = textAt(await source.get(SECRETS, namespace, name), 'data', file);
    if (found === undefined) throw new Unanswered(`Secret ${namespace}/${name} has no ${file}`);
    return Buffer.from(found, 'base64').toString('utf8').trim();
  };
  const key = createPrivateKey(await secretText(valueText(values, 'clusterAgent', 'keySecret'), 'key.pem'));
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const raw = new Uint8Array(spki.subarray(-32)); // the raw key ends it (RFC 8410)
  const publicKey = toBase64(raw);
  const signer = { keyId: keyIdOf(raw), sign: (bytes: Uint8Array) => sign(null, bytes, key) };
  const wish = await signedWish(signer, Date.now());
  const [uid, version] = await Promise.all([source.kubeSystemUid(), source.version()]);
  const answer = await enrolled(textAt(wishes, 'cluster', 'server') ?? '', {
    ...{ token: await secretText(valueText(values, 'cluster', 'joinSecret'), 'token'), publicKey },
    ...{ name: textAt(wishes, 'cluster', 'name'), uid, version: version.gitVersion },
    proof: toBase64(signer.sign(enrolProofText(publicKey))),
    certificate: wish.wish,
  });
  const certificate = answer.certificate && { key: wish.key, ...answer.certificate };
  if (certificate && !fits(certificate)) throw new Unanswered('the server answered with a certificate for another key');
  const told = { cluster: { id: answer.cluster, name: answer.name, ...(certificate && renewalOf(wishes)) } };
  return {
    ...{ wishes: merged(merged(wishes, told), brokersOf(answer, wishes)), cluster: answer.cluster },
    ...(certificate && { certificate }),
  };
}

async function enrolled(server: string, body: unknown): Promise<EnrolledAnswer> {
  const url = `${server.replace(/\/+$/, '')}/api/v1/enroll`;
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    ...{ method: 'POST', headers, body: JSON.stringify(body), signal: AbortSignal.timeout(WITHIN_MS) },
  }).catch((cause: unknown) => {
    const { message } = (cause as Error).cause instanceof Error ? ((cause as Error).cause as Error) : (cause as Error); // fetch throws errors
    throw new Unanswered(`${server} does not answer: ${message}; nothing was changed but the agents' key`);
  });
  const read: unknown = await answer.json().catch(() => undefined);
  const known = enrolledSchema.safeParse(read);
  if (answer.ok && known.success) return known.data;
  const problem = problemSchema.safeParse(read);
  throw new Unanswered(
    problem.success
      ? `${server} refused: ${problem.data.detail}`
      : `${url} answered ${answer.status}: is it Mosaic's page?`,
  );
}

/** Where pods renew it: where it was joined, unless that is a port of this machine. */
function renewalOf(wishes: Json): Json {
  const server = textAt(wishes, 'cluster', 'server') ?? '';
  if (valueAt(wishes, 'cluster', 'renewAt') !== undefined || !URL.canParse(server)) return {};
  const { hostname, port, protocol } = new URL(server);
  if (/^(localhost|127\..*|\[::1\])$/.test(hostname)) return {};
  return { renewAt: server, renewPort: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** What the server tells agents to use, unless somebody wished otherwise. */
function brokersOf({ settings }: EnrolledAnswer, wishes: Json): Json {
  const brokers = (settings.KAFKA_BROKERS ?? '').split(',').filter(Boolean);
  if (brokers.length === 0 || valueAt(wishes, 'kafka', 'brokers') !== undefined) return {};
  const port = Number(/:(\d+)$/.exec(brokers[0] ?? '')?.[1] ?? 9093);
  return { kafka: { brokers, port } };
}
