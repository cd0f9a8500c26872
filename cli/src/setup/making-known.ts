// Agents beside their servers are made known to them by the install itself, for without it nobody believes what they sign. It is asked in the api's own
// pod, as the administrator whose password is there: no credential leaves the pod, and only the cluster's public key goes in.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { type ExecAnswer, Forbidden, healthOf, type Json, type LiveSource, numberAt, textAt } from '@mosaic/kat';
import { enrolledSchema, enrolProofText, toBase64 } from '@mosaic/wire';
import { Unanswered } from '../exit.ts';
import { PODS, SECRETS } from './kinds.ts';
import { valueText } from './trees.ts';

export interface MakingKnown {
  /** Of the agents' cluster, where their key is by now. */
  readonly source: Pick<LiveSource, 'get' | 'kubeSystemUid' | 'version'>;
  readonly servers: Pick<LiveSource, 'list' | 'podExec'>;
  /** Of the servers. */
  readonly namespace: string;
  readonly values: Json;
  /** Whether it is an error when nobody could be told. */
  readonly insists?: boolean;
  readonly told: (line: string) => void;
}

/** Resolves when the servers know the key, or with a word of why nobody could tell them. Throws `Unanswered` with their reason. */
export async function makeKnown(making: MakingKnown): Promise<void> {
  const { values, told } = making;
  const name = valueText(values, 'cluster', 'name');
  const answer = await askedInside(making).catch((error: unknown) => {
    if (error instanceof Forbidden) return error.message;
    throw error;
  });
  if (typeof answer === 'string') {
    const said = `${answer}; so nobody knows this cluster's key: mosaic clusters add ${name} prints how it joins`;
    if (making.insists === true) throw new Unanswered(said);
    return told(`· ${said}`);
  }
  if (!answer.isDone)
    throw new Unanswered(
      `the servers do not take this cluster's key: ${answer.err.trim()}. With a token of mosaic clusters add ${name} it joins all the same`,
    );
  const known = enrolledSchema.parse(JSON.parse(answer.out));
  const id = numberAt(values, 'cluster', 'id');
  if (known.cluster !== id)
    throw new Unanswered(
      `the servers know ${name} as cluster ${known.cluster}, not ${id}: --set cluster.id=${known.cluster}`,
    );
  told(`known    ${name} to the servers, as cluster ${known.cluster}`);
}

/** Or why it was not asked. */
async function askedInside(making: MakingKnown): Promise<ExecAnswer | string> {
  const { servers, namespace } = making;
  const { items } = await servers.list(PODS, { namespace, labelSelector: 'app.kubernetes.io/name=mosaic-api' });
  const pod = items.find((one) => one.metadata.deletionTimestamp === undefined && healthOf(one).health === 'well');
  if (pod === undefined) return `no api is ready in namespace ${namespace}`;
  const command = ['node', '-e', SCRIPT, JSON.stringify(await wishOf(making))];
  return servers.podExec(namespace, pod.metadata.name, 'api', command);
}

async function wishOf({ source, values }: MakingKnown): Promise<Json> {
  const namespace = valueText(values, 'namespaces', 'clusterAgent');
  const secret = valueText(values, 'clusterAgent', 'keySecret');
  const pem = textAt(await source.get(SECRETS, namespace, secret), 'data', 'key.pem');
  if (pem === undefined) throw new Unanswered(`Secret ${namespace}/${secret} has no key.pem`);
  const key = createPrivateKey(Buffer.from(pem, 'base64').toString('utf8'));
  const publicKey = toBase64(
    new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)),
  ); // RFC 8410
  const [uid, version] = await Promise.all([source.kubeSystemUid(), source.version()]);
  const proof = toBase64(sign(null, enrolProofText(publicKey), key));
  return { publicKey, proof, name: valueText(values, 'cluster', 'name'), uid, version: version.gitVersion };
}

/** Run by the api's Node. It asks whether the key is known already; if not it makes a token and uses it up. */
const SCRIPT = `const wish = JSON.parse(process.argv[1]);
const at = 'http://127.0.0.1:' + process.env.PORT + '/api/v1';
const ask = async (method, path, body, token) => {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) };
  const reply = await fetch(at + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await reply.text();
  return { status: reply.status, text, isDone: reply.ok, read: () => JSON.parse(text || '{}') };
};
const sure = (reply) => {
  if (reply.isDone) return reply;
  throw new Error(reply.read().detail ?? 'it answered ' + reply.status);
};
const tell = async () => {
  const before = await ask('POST', '/enroll', { ...wish, token: 'none' });
  if (before.isDone) return before.text;
  const password = require('node:fs').readFileSync(process.env.MOSAIC_ADMIN_PASSWORD_FILE, 'utf8').trim();
  const session = sure(await ask('POST', '/sessions', { name: 'admin', password, bearer: true })).read().token;
  try {
    const { token } = sure(await ask('POST', '/enrolments', { name: wish.name, minutes: 5 }, session)).read();
    return sure(await ask('POST', '/enroll', { ...wish, token })).text;
  } finally {
    await ask('DELETE', '/sessions/current', undefined, session);
  }
};
tell().then((text) => process.stdout.write(text), (error) => { process.stderr.write(error.message); process.exitCode = 1; });`;
