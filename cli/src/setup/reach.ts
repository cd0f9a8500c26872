// Whether the brokers are reached from the agents' cluster, with the agents' own certificate: a Job of a few seconds, in their namespace and image.

import { KubeError, type LiveSource, type Manifest, recordsAt } from '@mosaic/kat';
import { Unanswered } from '../exit.ts';
import { JOBS, PODS } from './kinds.ts';
import { isOurs } from './plan.ts';
import { namespacesOf, type Rendered, valueList, valueText } from './trees.ts';
import { whyItWaits } from './waiting.ts';

const NAME = 'mosaic-reach';
const WITHIN_S = 90;
const LOOK_EVERY_MS = 500;

/** Resolves with what it says of each broker. Throws `Unanswered` naming the broker and why. */
export async function reachBrokers(source: LiveSource, rendered: Rendered): Promise<string> {
  const [namespace] = namespacesOf(rendered);
  const found = await source.get(JOBS, namespace, NAME);
  if (found !== undefined && !isOurs(found))
    throw new Unanswered(`Job ${namespace}/${NAME} is not Mosaic's; --no-reach goes on without trying the brokers`);
  await removeJob(source, namespace);
  await source.create(JOBS, jobOf(rendered, namespace));
  try {
    const until = Date.now() + WITHIN_S * 1000;
    for (;;) {
      const job = await source.get(JOBS, namespace, NAME);
      const ended = recordsAt(job, 'status', 'conditions').find(
        ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
      );
      if (ended?.type === 'Complete') return await logOf(source, namespace);
      if (ended !== undefined)
        throw new Unanswered(`the brokers are not reached from the cluster: ${await logOf(source, namespace)}`);
      if (Date.now() > until)
        throw new Unanswered(
          `whether the brokers are reached from the cluster is not known after ${WITHIN_S} s: ${job === undefined ? '' : await whyItWaits(source, job)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } finally {
    await removeJob(source, namespace);
  }
}

async function logOf(source: LiveSource, namespace: string): Promise<string> {
  const { items } = await source.list(PODS, { namespace, labelSelector: `job-name=${NAME}` });
  const [pod] = items;
  if (pod === undefined) return 'its pod was not made';
  return (await Array.fromAsync(source.podLogs(namespace, pod.metadata.name, { tail: 20 }))).join('; ');
}

/** Resolves when it has gone. */
async function removeJob(source: LiveSource, namespace: string): Promise<void> {
  try {
    await source.remove(JOBS, namespace, NAME, { propagation: 'Background' });
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 404) throw error;
  }
  while ((await source.get(JOBS, namespace, NAME)) !== undefined)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

/** Connects to each broker as the agents will, and says one line of each. Its arguments are no secret. */
const SCRIPT = `const tls = require('node:tls'), net = require('node:net'), fs = require('node:fs');
const folder = '/var/run/secrets/mosaic-kafka/', isTls = fs.existsSync(folder + 'tls.crt');
const read = (name) => fs.readFileSync(folder + name);
const tried = process.argv.slice(1).map((broker) => new Promise((resolve) => {
  const at = broker.lastIndexOf(':'), host = broker.slice(0, at), port = Number(broker.slice(at + 1));
  const whose = isTls ? { ca: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key'), ...(net.isIP(host) ? {} : { servername: host }) } : {};
  const socket = (isTls ? tls : net).connect({ host, port, ...whose }, () => { socket.destroy(); resolve(''); });
  socket.setTimeout(8000, () => { socket.destroy(); resolve(broker + ': no answer within 8 s'); });
  socket.once('error', (error) => resolve(broker + ': ' + (error.message || error.code)));
}));
Promise.all(tried).then((said) => { const wrong = said.filter(Boolean);
  console.log(wrong.length === 0 ? 'reached from the cluster' : wrong.join('; ')); process.exit(wrong.length === said.length ? 1 : 0); });`;

function jobOf(rendered: Rendered, namespace: string): Manifest {
  const { values, pieces } = rendered;
  const agent = pieces.find(({ object }) => object.kind === 'Deployment')?.object;
  const [container] = recordsAt(agent, 'spec', 'template', 'spec', 'containers');
  const tlsSecret = valueText(values, 'kafka', 'tlsSecret');
  const pullSecret = valueText(values, 'image', 'pullSecret');
  // By the agent's own label the network policies treat it as the agent.
  const labels = { 'app.kubernetes.io/name': 'mosaic-cluster-agent', 'app.kubernetes.io/part-of': 'mosaic' };
  const resources = { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '16Mi' };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: NAME, namespace, labels } as unknown as Manifest['metadata'], // the uid is the API server's to give
    spec: {
      ...{ backoffLimit: 0, activeDeadlineSeconds: WITHIN_S, ttlSecondsAfterFinished: 60 },
      template: {
        metadata: { labels },
        spec: {
          ...{ restartPolicy: 'Never', automountServiceAccountToken: false, enableServiceLinks: false },
          ...(pullSecret !== '' && { imagePullSecrets: [{ name: pullSecret }] }),
          securityContext: {
            ...{ runAsNonRoot: true, runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 },
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              ...{ name: 'reach', image: container?.image, imagePullPolicy: container?.imagePullPolicy },
              args: ['-e', SCRIPT, ...valueList(values, 'kafka', 'brokers')],
              resources: { requests: resources, limits: resources },
              securityContext: {
                ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              },
              ...(tlsSecret !== '' && {
                volumeMounts: [{ name: 'tls', mountPath: '/var/run/secrets/mosaic-kafka', readOnly: true }],
              }),
            },
          ],
          ...(tlsSecret !== '' && {
            volumes: [{ name: 'tls', secret: { secretName: tlsSecret, defaultMode: 0o440 } }],
          }),
        },
      },
    },
  };
}
