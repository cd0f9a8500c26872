// Settings of the cluster agent as a process of its own.

import {
  file,
  flag,
  integer,
  kafkaSettings,
  list,
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
  MOSAIC_SERVER: setting(text, 'address of Mosaic’s page, where the cluster joins by MOSAIC_JOIN_TOKEN_FILE'),
  MOSAIC_JOIN_TOKEN_FILE: setting(
    file,
    'one-time token by which the cluster joins, made by `mosaic clusters add NAME`; not needed once it has joined, and another one joins anew with a new key',
  ),
  MOSAIC_SERVER_CA: setting(file, 'certificate authority of MOSAIC_SERVER, PEM; unset: those of this machine'),
  MOSAIC_AGENT_CERTIFICATE_AT: setting(
    list,
    'Secrets, namespace/name, that hold KAFKA_CERT here and at the node agents: renewed ones go there; unset: somebody else renews them',
    [],
  ),
  MOSAIC_CLUSTER_ID: setting(integer(1), 'id that the cluster was enrolled with by other means than joining'),
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
  ({ MOSAIC_CLUSTER_ID, MOSAIC_SERVER }) =>
    MOSAIC_CLUSTER_ID === undefined && MOSAIC_SERVER === undefined
      ? [
          'MOSAIC_SERVER is empty; set it and MOSAIC_JOIN_TOKEN_FILE for the cluster to join (or MOSAIC_CLUSTER_ID, when it was enrolled otherwise)',
        ]
      : [],
  ({ KAFKA_BROKERS, MOSAIC_SERVER }) =>
    Array.isArray(KAFKA_BROKERS) && KAFKA_BROKERS.length === 0 && MOSAIC_SERVER === undefined
      ? ['KAFKA_BROKERS is empty; set where Kafka answers']
      : [],
  ({ MOSAIC_CLUSTERS }) =>
    typeof MOSAIC_CLUSTERS === 'string' && MOSAIC_CLUSTERS.includes(',')
      ? [`MOSAIC_CLUSTERS=${MOSAIC_CLUSTERS}: an agent watches one cluster; start one for each`]
      : [],
];
