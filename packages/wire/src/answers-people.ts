// What the API answers about people, what they sign in with, the clusters that join, and what was done. Instants are RFC 3339.

import { z } from 'zod';
import { instantSchema } from './instants.ts';

export const roleSchema = z.enum(['viewer', 'developer', 'operator', 'admin']);

/** Who asks. */
export const visitorSchema = z.object({
  name: z.string(),
  role: roleSchema,
  /** `loopback`: there are no users, and whoever is on this machine is its administrator. */
  via: z.enum(['loopback', 'session', 'token']),
});
export type VisitorAnswer = z.infer<typeof visitorSchema>;

export const userSchema = z.object({
  name: z.string(),
  role: roleSchema,
  createdAt: instantSchema,
  passwordAt: instantSchema,
});
export type UserAnswer = z.infer<typeof userSchema>;

const credential = {
  id: z.string(),
  user: z.string(),
  name: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  lastUsedAt: instantSchema.optional(),
};

export const sessionSchema = z.object({
  ...credential,
  role: roleSchema,
  /** Whether it is the one that asks. */
  current: z.boolean(),
  /** Only in the answer that made it, and only when it was asked for as a bearer token. */
  token: z.string().optional(),
});
export type SessionAnswer = z.infer<typeof sessionSchema>;

export const apiTokenSchema = z.object({
  ...credential,
  /** Its first characters. */
  prefix: z.string(),
  /** Only in the answer that made it. */
  token: z.string().optional(),
});
export type ApiTokenAnswer = z.infer<typeof apiTokenSchema>;

export const joinTokenSchema = z.object({
  id: z.string(),
  /** Of the cluster that will join. */
  name: z.string(),
  by: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  usedAt: instantSchema.optional(),
  state: z.enum(['waiting', 'used', 'late']),
  /** Only in the answer that made it, with the command that uses it. */
  token: z.string().optional(),
  command: z.string().optional(),
});
export type JoinTokenAnswer = z.infer<typeof joinTokenSchema>;

export const agentKeySchema = z.object({ keyId: z.string(), revokedAt: instantSchema.optional() });
export type AgentKeyAnswer = z.infer<typeof agentKeySchema>;

/** What an agent shows to Kafka, and whom it trusts there: PEM, its own certificate before what leads to the authority. */
export const agentCertificateSchema = z.object({ certificate: z.string(), trusted: z.string() });
export type AgentCertificateAnswer = z.infer<typeof agentCertificateSchema>;

/** What an agent learns when its cluster has joined. */
export const enrolledSchema = z.object({
  cluster: z.number().int().positive(),
  name: z.string(),
  keyId: z.string(),
  /** Settings it is to run with, by name: where the brokers are. */
  settings: z.record(z.string(), z.string()),
  /** When it asked for one, and this server signs them. */
  certificate: agentCertificateSchema.optional(),
});
export type EnrolledAnswer = z.infer<typeof enrolledSchema>;

export const auditEntrySchema = z.object({
  at: instantSchema,
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  cluster: z.number().int().optional(),
  /** What was asked, JSON without secrets. */
  request: z.string().optional(),
  result: z.string(),
  /** Its place: which process wrote it, and as its how-manieth entry. */
  writer: z.string(),
  n: z.number().int(),
  hash: z.string(),
  previous: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditVerdictSchema = z.object({
  isWhole: z.boolean(),
  entries: z.number().int(),
  writers: z.number().int(),
  faults: z.array(z.object({ writer: z.string(), n: z.number().int(), reason: z.string() })),
});
export type AuditVerdictAnswer = z.infer<typeof auditVerdictSchema>;
