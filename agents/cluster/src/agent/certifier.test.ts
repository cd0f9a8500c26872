import { makeKey, silentLog, verifyEd25519 } from '@mosaic/runtime';
import { isCertified, nodeCertificateSchema, toBase64 } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { answerCertify, nodeCertifier } from './certifier.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const agent = makeKey();
const node = makeKey();
const key = toBase64(node.publicKey);
const account = 'mosaic:mosaic-node-agent';

interface World {
  readonly authenticated?: boolean;
  readonly username?: string;
  readonly podUid?: string;
  readonly bound?: boolean;
  readonly nodeName?: string;
}

/** An API server that knows one pod on one node, and reviews as told. */
function certifierIn({
  authenticated = true,
  username = `system:serviceaccount:${account}`,
  podUid = 'u1',
  bound = true,
  nodeName = 'n1',
}: World = {}) {
  const extra = bound
    ? { 'authentication.kubernetes.io/pod-name': ['agent-x'], 'authentication.kubernetes.io/pod-uid': ['u1'] }
    : {};
  return nodeCertifier({
    source: {
      review: async (_, spec) => {
        expect(spec).toMatchObject({ token: 't', audiences: ['mosaic'] });
        return authenticated ? { authenticated, user: { username, extra } } : { authenticated, error: 'expired' };
      },
      get: async () => ({
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'agent-x', uid: podUid } },
        spec: nodeName === '' ? {} : { nodeName },
      }),
    },
    ...{ cluster: 7, signer: agent, account, clock: { now: () => AT }, log: silentLog },
  });
}

const asked = (body: string, authorization: string | undefined = 'Bearer t', method = 'POST') => ({
  ...{ method, path: '/node-certificates', authorization },
  body: async () => body,
});

test('a bound token of the node agents gets a day for its key', async () => {
  const answer = await answerCertify(certifierIn(), asked(JSON.stringify({ key })));
  expect(answer?.status).toBe(200);
  const certificate = nodeCertificateSchema.parse(JSON.parse(answer?.body ?? ''));
  expect(certificate).toMatchObject({ node: 'n1', key, from: AT, until: AT + 86_400_000, by: agent.keyId });
  expect(isCertified(7, certificate, agent.publicKey, verifyEd25519)).toBe(true);
  expect(isCertified(8, certificate, agent.publicKey, verifyEd25519)).toBe(false);
});

test.each<[string, World, string, RegExp]>([
  ['a token that expired', { authenticated: false }, key, /not valid for audience mosaic: expired/],
  ['somebody else', { username: 'system:serviceaccount:shop:default' }, key, /shop:default is not the node agents/],
  ['a token without a pod', { bound: false }, key, /not bound to a pod/],
  ['a pod that took the name of another', { podUid: 'u2' }, key, /agent-x is gone/],
  ['a pod that is nowhere yet', { nodeName: '' }, key, /on no node yet/],
  ['half a key', {}, key.slice(0, 20), /32 bytes/],
])('%s is told why not', async (_, world, given, why) => {
  const answer = await answerCertify(certifierIn(world), asked(JSON.stringify({ key: given })));
  expect(answer?.status).toBe(403);
  expect(answer?.body).toMatch(why);
});

test.each<[number, Parameters<typeof asked>]>([
  [400, ['not json']],
  [400, ['{}']],
  [401, ['{}', '']],
  [405, ['{}', 'Bearer t', 'GET']],
])('%i', async (status, question) => {
  expect((await answerCertify(certifierIn(), asked(...question)))?.status).toBe(status);
});

test('while the cluster is not reached it says when to ask again', async () => {
  const answer = await answerCertify(undefined, asked('{}'));
  expect([answer?.status, answer?.headers?.['Retry-After']]).toEqual([503, '5']);
  expect(await answerCertify(undefined, { ...asked('{}'), path: '/else' })).toBeUndefined();
});
