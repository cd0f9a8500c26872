// Whose address it was, by the manifest of a moment: what the command line and the page mean by it.

/** Of a Pod, Service or Node, as Kubernetes has it. */
export interface AddressHolder {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string };
  readonly spec?: { readonly clusterIPs?: readonly string[]; readonly externalIPs?: readonly string[] };
  readonly status?: {
    readonly podIPs?: readonly { readonly ip?: string }[];
    readonly phase?: string;
    readonly addresses?: readonly { readonly address?: string }[];
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

/** Kinds that have addresses, and their plurals below /api/v1. */
export const ADDRESS_KINDS = [
  ['Pod', 'pods'],
  ['Service', 'services'],
  ['Node', 'nodes'],
] as const;

const ENDED = new Set(['Succeeded', 'Failed']);

/** `pod IP 10.0.0.1`: the first of its addresses that is meant, and what it is to it. Of a pod that had ended none: it may be another's by then. */
export function addressIn({ spec, status }: AddressHolder, isMeant: (address: string) => boolean): string | undefined {
  if (ENDED.has(status?.phase ?? '')) return undefined;
  const told: readonly (readonly [string, readonly (string | undefined)[] | undefined])[] = [
    ['pod IP', status?.podIPs?.map(({ ip }) => ip)],
    ['node address', status?.addresses?.map(({ address }) => address)],
    ['cluster IP', spec?.clusterIPs],
    ['external IP', spec?.externalIPs],
    ['load balancer', status?.loadBalancer?.ingress?.map(({ ip }) => ip)],
  ];
  for (const [what, addresses = []] of told) {
    const address = addresses.find((one) => one !== undefined && isMeant(one));
    if (address !== undefined) return `${what} ${address}`;
  }
  return undefined;
}
