import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as tlsServer } from 'node:tls';
import { apiServer } from '@mosaic/apiserver';
import { keyIdOf, readSettings, silentLog, verifyEd25519, x509 } from '@mosaic/runtime';
import { type CertificateWish, certificateProofText, fromBase64 } from '@mosaic/wire';
import { expect, test, vi } from 'vitest';
import { memorySource } from '../../../packages/apiserver/src/testing/memory-source.ts';
import { agentSettings } from './settings.ts';
import { startAgent } from './start.ts';

const { certifyAgent, issue, issueAgentsAuthority, makeAuthority, readRequest } = await x509();
const DAY_MS = 86_400_000;
const now = Date.now();
const root = await makeAuthority('root', { now: now - 2 * DAY_MS, days: 100 });
const agents = await issueAgentsAuthority(root, { commonName: 'agents', now: now - 2 * DAY_MS, days: 100 });

type Wish = CertificateWish & { readonly proof: string; readonly keyId?: string };
interface Asked {
  readonly path: string;
  readonly body: { readonly publicKey?: string; readonly certificate?: Wish } & Wish;
}
const asked: Asked[] = [];
const signed = async ({ request }: Wish, from: number) => {
  const own = { request: await readRequest(request), principal: 'mosaic-agent-7', now: from, days: 1 };
  return { certificate: `${await certifyAgent(agents, own)}${agents.certificate}`, trusted: root.certificate };
};

/** Mosaic's server: what it signs at joining is nearly over. */
const mosaic = createServer(async (request, response) => {
  const body: Asked['body'] = JSON.parse(Buffer.concat(await request.toArray()).toString());
  asked.push({ path: request.url ?? '', body });
  const isJoin = request.url === '/api/v1/enroll';
  const certificate = await signed(body.certificate ?? body, isJoin ? now - 0.9 * DAY_MS : now);
  const keyId = keyIdOf(fromBase64(body.publicKey ?? ''));
  const told = { cluster: 7, name: 'edge', keyId, settings: {}, certificate };
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(isJoin ? told : certificate));
});

const at = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port; // listening on TCP
};

test('an agent that joins by itself gets its certificate, renews it when it is nearly over, and shows the new one to the broker', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-start-'));
  const shown: { readonly subject: unknown; readonly from: number }[] = [];
  const its = await issue(root, { commonName: 'mosaic-kafka', names: ['127.0.0.1'], now, days: 1 });
  const asksForOne = { requestCert: true, rejectUnauthorized: true, ca: root.certificate };
  const broker = tlsServer({ ...asksForOne, cert: its.certificate, key: its.key }, (socket) => {
    const { subject, valid_from } = socket.getPeerCertificate();
    shown.push({ subject: { ...subject }, from: Date.parse(valid_from) });
    socket.on('error', () => {}).destroy(); // it is no Kafka
  });
  const source = memorySource();
  const namespace = source.kind('Namespace');
  source.put(namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'kube-system', uid: 'uid-1' },
  } as never);
  const kubernetes = await apiServer(source, { port: 0 });
  writeFileSync(join(folder, 'config'), kubeconfig(kubernetes.port));
  writeFileSync(join(folder, 'token'), 'mjt_one');
  vi.stubEnv('KUBECONFIG', join(folder, 'config'));
  const settings = readSettings(agentSettings, {
    ...{ PORT: '0', MOSAIC_DATA: folder, MOSAIC_CLUSTER_NAME: 'edge', KAFKA_BROKERS: `127.0.0.1:${await at(broker)}` },
    MOSAIC_SERVER: `http://127.0.0.1:${await at(mosaic)}`,
    MOSAIC_JOIN_TOKEN_FILE: join(folder, 'token'),
  });
  const running = await startAgent(settings, silentLog, '0');
  try {
    await vi.waitFor(() => expect(shown.length).toBeGreaterThan(0), 10_000);
    expect(shown[0]).toMatchObject({ subject: { O: 'mosaic-agents', CN: 'mosaic-agent-7' } });
    expect(shown[0]?.from).toBeGreaterThan(now - DAY_MS / 2);
    const [joining, renewing] = asked.map(({ body }) => body);
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/enroll', '/api/v1/agent-certificates']);
    const key = fromBase64(joining?.publicKey ?? '');
    for (const wish of [joining?.certificate, renewing])
      expect(verifyEd25519(key, certificateProofText(keyIdOf(key), wish as Wish), fromBase64(wish?.proof ?? ''))).toBe(
        true,
      );
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).toContain('mosaic_agent_certificate_renewals_total{cluster="edge"} 1');
  } finally {
    await running.stop();
    vi.unstubAllEnvs();
    mosaic.close();
    broker.close();
    await kubernetes.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

const kubeconfig = (port: number): string =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'edge' },
    clusters: [{ name: 'edge', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'edge', user: {} }],
    contexts: [{ name: 'edge', context: { cluster: 'edge', user: 'edge' } }],
  });
