// What lets a node agent's own key sign for its cluster for a day: the cluster agent's word, carried in every header.

import { z } from 'zod';
import { encodeUtf8 } from './bytes.ts';
import type { Signer, Verify } from './ports.ts';

export const CERTIFIED_FOR_MS = 24 * 3_600_000;

const base64 = (chars: number) =>
  z
    .string()
    .length(chars)
    .regex(/^[A-Za-z0-9+/]+=*$/);

export const nodeCertificateSchema = z.object({
  node: z.string().min(1).max(253),
  /** Raw Ed25519, base64. */
  key: base64(44),
  /** Epoch ms, by the cluster agent's clock. */
  from: z.number().int(),
  until: z.number().int(),
  /** Key id of the cluster agent that says so. */
  by: z.string().min(1).max(100),
  /** Ed25519 over `statementOf`, base64. */
  signature: base64(88),
});
export type NodeCertificate = z.infer<typeof nodeCertificateSchema>;

type Stated = Pick<NodeCertificate, 'node' | 'key' | 'from' | 'until'>;

const statementOf = (cluster: number, { node, key, from, until }: Stated): Uint8Array =>
  encodeUtf8(`mosaic node certificate 1\n${cluster}\n${node}\n${key}\n${from}\n${until}\n`);

/** `cluster`: enrolled id. `signer`: the cluster agent's. */
export function certifyNode(cluster: number, stated: Stated, signer: Signer): NodeCertificate {
  return { ...stated, by: signer.keyId, signature: toBase64(signer.sign(statementOf(cluster, stated))) };
}

/** Whether the key `by` signed it. Says nothing about the time. */
export const isCertified = (
  cluster: number,
  certificate: NodeCertificate,
  publicKey: Uint8Array,
  verify: Verify,
): boolean => verify(publicKey, statementOf(cluster, certificate), fromBase64(certificate.signature));

export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** What a node agent's chunks may be: it does not see objects. */
export const NODE_SIGNALS: ReadonlySet<string> = new Set(['logs', 'metrics', 'connections', 'coverage']);
/** `source` of what the agent of a node sends. */
export const nodeSource = (node: string): string => `node-agent ${node}`;
