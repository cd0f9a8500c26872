// Settings of the node agent.

import {
  choice,
  file,
  flag,
  integer,
  kafkaSettings,
  listenSettings,
  type SettingsCheck,
  type SettingsOf,
  setting,
  sharedSettings,
  text,
} from '@mosaic/runtime';

export const nodeSettings = {
  ...listenSettings,
  ...kafkaSettings,
  MOSAIC_DATA: sharedSettings.MOSAIC_DATA,
  MOSAIC_CLUSTER_ID: setting(integer(1), 'id that the cluster was enrolled with'),
  MOSAIC_NODE_NAME: setting(text, 'name of this node in Kubernetes; unset: the host’s name'),
  HOST_ROOT: setting(text, 'where the machine’s root folder is: its /proc, /sys and /var/log are read below it', '/'),
  MOSAIC_CLUSTERS: setting(
    text,
    'API server that tells of this node’s pods: in-cluster, a context of the kubeconfig, or none',
    'in-cluster',
  ),
  MOSAIC_CERTIFIER: setting(
    text,
    'URL of the cluster agent, which certifies this agent’s key; unset: the key is enrolled itself',
  ),
  MOSAIC_NODE_TOKEN: setting(text, 'file with the pod’s token for audience mosaic', '/var/run/secrets/mosaic/token'),
  MOSAIC_AGENT_KEY: setting(file, 'signing key, PEM; unset: key.pem in MOSAIC_DATA'),
  MOSAIC_AGENT_POD_UID: setting(text, 'uid of this agent’s own pod, whose log is not read'),
  MOSAIC_AGENT_SPOOL_MB: setting(integer(1), 'most that waits on disk for the broker, MiB', 512),
  MOSAIC_NODE_LOGS: setting(flag, 'read container logs', true),
  MOSAIC_NODE_CONNECTIONS: setting(flag, 'look at connections', true),
  MOSAIC_NODE_USAGE: setting(flag, 'sample what containers and the machine use, and scrape annotated pods', true),
  MOSAIC_NODE_CONNTRACK: setting(
    choice(['auto', 'events', 'file', 'off']),
    'how address translation is seen: by the conntrack command, by /proc/net/nf_conntrack, not at all, or whichever works',
    'auto',
  ),
};

export type NodeSettings = SettingsOf<typeof nodeSettings>;

export const nodeChecks: readonly SettingsCheck[] = [
  (values) =>
    values.MOSAIC_CLUSTER_ID === undefined
      ? ['MOSAIC_CLUSTER_ID is empty; enrol the cluster and set the id it got']
      : [],
  ({ KAFKA_BROKERS }) =>
    Array.isArray(KAFKA_BROKERS) && KAFKA_BROKERS.length === 0
      ? ['KAFKA_BROKERS is empty; set where Kafka answers']
      : [],
  ({ MOSAIC_CERTIFIER }) =>
    typeof MOSAIC_CERTIFIER === 'string' && !URL.canParse(MOSAIC_CERTIFIER)
      ? [`MOSAIC_CERTIFIER=${MOSAIC_CERTIFIER}: a URL was expected, such as http://mosaic-cluster-agent:9000`]
      : [],
];
