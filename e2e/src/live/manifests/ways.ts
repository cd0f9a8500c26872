// The ways in which the trees are installed, each tried by every check.

/** Each is a way in which somebody installs it: `--set` after `--set`. */
const TREES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  agents: {
    'as it is': [],
    'everything on': [
      'nodeAgent.conntrack=events',
      'nodeAgent.dockerLogs=true',
      'rbac.secrets=true',
      'rbac.extra=[{group: journey.test, resources: [parcels]}]',
      'kafka.loginSecret=mosaic-kafka-login',
      'image.pullSecret=registry',
    ],
    'as one file': ['init.job=true'],
    'joined elsewhere': ['cluster.renewAt=https://mosaic.example.org', 'cluster.id=2'],
    'as little as can be': ['kafka.tlsSecret=', 'network.policies=false', 'clusterAgent.replicas=1'],
  },
  servers: {
    'as it is': [],
    'as one file': ['init.job=true'],
    'on Kafka and Cassandra of one’s own, with users': [
      ...[
        'kafka.install=false',
        'kafka.brokers=[broker.test:9093]',
        'cassandra.install=false',
        'cassandra.hosts=[ring.test]',
      ],
      ...['kafka.loginSecret=mosaic-login', 'cassandra.loginSecret=mosaic-login', 'network.policies=false'],
    ],
    'reached by an ingress': [
      'api.ingress.host=mosaic.example.org',
      'api.ingress.className=nginx',
      'api.from=[{ kubernetes.io/metadata.name: ingress-nginx }]',
    ],
    'reached by a load balancer': [
      'api.service.type=LoadBalancer',
      'api.service.annotations={ example.org/tls: "yes" }',
    ],
    'for clusters elsewhere': [
      'kafka.external.hosts=["a.test:9095", "b.test:9095", "c.test:9095"]',
      'kafka.agents=[{ principal: shop, clusterId: 1 }, { principal: bank, clusterId: 2 }]',
      ...['receiver.intakes=[{ team: shop }]', 'storageClass=fast', `image.digest=sha256:${'0'.repeat(64)}`],
    ],
  },
};
export const CASES = Object.entries(TREES).flatMap(([tree, ways]) =>
  Object.entries(ways).map(([way, sets]) => ({ tree, way, sets })),
);
