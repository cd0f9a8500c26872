// Settings of the cluster agent as a process of its own.

import {
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

export const agentSettings = {
  ...listenSettings,
  ...kafkaSettings,
  MOSAIC_DATA: sharedSettings.MOSAIC_DATA,
  MOSAIC_CLUSTERS: setting(
    text,
    'the cluster to watch: a context of the kubeconfig, or in-cluster; unset: the current context',
  ),
  MOSAIC_CLUSTER_ID: setting(integer(1), 'id that the cluster was enrolled with'),
  MOSAIC_CLUSTER_NAME: setting(text, 'name that the cluster was enrolled with; unset: the context'),
  MOSAIC_AGENT_KEY: setting(file, 'signing key, PEM; unset: key.pem in the cluster’s folder of MOSAIC_DATA'),
  MOSAIC_AGENT_IDENTITY: setting(
    text,
    'unique name among several agents of one cluster, such as the pod’s; unset: the host’s',
  ),
  MOSAIC_AGENT_LEASE: setting(
    text,
    'namespace of the Lease by which several agents of one cluster choose a leader; unset: this is the only one',
  ),
  MOSAIC_NODE_ACCOUNT: setting(
    text,
    'ServiceAccount of this cluster’s node agents, as namespace:name: theirs are the keys it certifies',
    'mosaic:mosaic-node-agent',
  ),
  MOSAIC_AGENT_SPOOL_MB: setting(integer(1), 'most that waits on disk for the broker, MiB', 512),
  MOSAIC_AGENT_PAST: setting(flag, 'at the first start tell what objects prove of the time before', true),
};

export type AgentSettings = SettingsOf<typeof agentSettings>;

export const agentChecks: readonly SettingsCheck[] = [
  (values) =>
    values.MOSAIC_CLUSTER_ID === undefined
      ? ['MOSAIC_CLUSTER_ID is empty; enrol the cluster and set the id it got']
      : [],
  ({ KAFKA_BROKERS }) =>
    Array.isArray(KAFKA_BROKERS) && KAFKA_BROKERS.length === 0
      ? ['KAFKA_BROKERS is empty; set where Kafka answers']
      : [],
  ({ MOSAIC_CLUSTERS }) =>
    typeof MOSAIC_CLUSTERS === 'string' && MOSAIC_CLUSTERS.includes(',')
      ? [`MOSAIC_CLUSTERS=${MOSAIC_CLUSTERS}: an agent watches one cluster; start one for each`]
      : [],
];
