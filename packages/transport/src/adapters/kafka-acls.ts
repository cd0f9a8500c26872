// Rules on a real Kafka, set and taken away while it runs: what enrolling and revoking agents come down to.

import type { AclEntry, AclFilter, AclOperationTypes, Admin } from 'kafkajs';
import kafkajs from 'kafkajs';
import type { KafkaOperation, KafkaRule } from '../rules.ts';
import { type KafkaOptions, kafkaClient, within } from './kafka-client.ts';

// Node finds only some of a CommonJS module's names, and these are not among them.
const { AclOperationTypes: OPERATION, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const WITHIN_MS = 15_000;
const FROM_ANYWHERE = '*';

export interface KafkaAcls {
  /** Rules that are there already stay. Throws `Unavailable`, also when we may not alter the cluster. */
  createAcls(rules: readonly KafkaRule[]): Promise<void>;
  /** Exactly these; answers how many there were. */
  deleteAcls(rules: readonly KafkaRule[]): Promise<number>;
  /** Everything a principal was allowed. It counts for its next request, on connections that are open too. */
  deleteAclsOf(principal: string): Promise<number>;
  /** What a principal is allowed. */
  aclsOf(principal: string): Promise<readonly KafkaRule[]>;
  close(): Promise<void>;
}

/** Connects when it is first used; a connection that failed is made anew. */
export function kafkaAcls(options: KafkaOptions): KafkaAcls {
  let connecting: Promise<Admin> | undefined;

  async function connect(): Promise<Admin> {
    const admin = kafkaClient(options).admin();
    await admin.connect();
    return admin;
  }

  async function asking<T>(what: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
    connecting ??= connect();
    const mine = connecting;
    try {
      return await within(WITHIN_MS, what, mine.then(ask));
    } catch (error) {
      if (connecting === mine) connecting = undefined;
      mine.then((admin) => admin.disconnect()).catch(() => {}); // it failed already
      throw error;
    }
  }

  const remove = (filters: readonly AclFilter[]): Promise<number> =>
    asking('rules taken away', async (admin) => {
      if (filters.length === 0) return 0;
      const { filterResponses } = await admin.deleteAcls({ filters: [...filters] });
      return filterResponses.reduce((count, { matchingAcls }) => count + matchingAcls.length, 0);
    });

  return {
    createAcls: (rules) =>
      asking('rules set', async (admin) => {
        if (rules.length > 0) await admin.createAcls({ acl: rules.map(entryOf) });
      }),
    deleteAcls: (rules) => remove(rules.map(entryOf)),
    deleteAclsOf: (principal) => remove([allOf(principal)]),
    aclsOf: (principal) =>
      asking('rules asked for', async (admin) => {
        const { resources } = await admin.describeAcls(allOf(principal));
        return resources.flatMap(({ acls, ...resource }) =>
          acls.flatMap((acl) => ruleOf({ ...resource, ...acl }) ?? []),
        );
      }),
    async close() {
      const admin = await connecting?.catch(() => undefined);
      connecting = undefined;
      await admin?.disconnect();
    },
  };
}

/** Whether this came of brokers that ask nobody for rules (no authorizer). */
export function hasNoRules(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if ((one as Error & { readonly type?: unknown }).type === 'SECURITY_DISABLED') return true; // a KafkaJSProtocolError has it
  return false;
}

const RESOURCES = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  cluster: AclResourceTypes.CLUSTER,
} as const;
const PATTERNS = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED } as const;
const OPERATIONS: Readonly<Record<KafkaOperation, AclOperationTypes>> = {
  read: OPERATION.READ,
  write: OPERATION.WRITE,
  create: OPERATION.CREATE,
  describe: OPERATION.DESCRIBE,
  alter: OPERATION.ALTER,
};

const entryOf = ({ principal, resource, name, pattern, operation }: KafkaRule): AclEntry => ({
  principal: `User:${principal}`,
  resourceType: RESOURCES[resource],
  resourceName: name,
  resourcePatternType: PATTERNS[pattern],
  operation: OPERATIONS[operation],
  permissionType: AclPermissionTypes.ALLOW,
  host: FROM_ANYWHERE,
});

const allOf = (principal: string): AclFilter => ({
  principal: `User:${principal}`,
  resourceType: AclResourceTypes.ANY,
  resourcePatternType: ResourcePatternTypes.ANY,
  operation: OPERATION.ANY,
  permissionType: AclPermissionTypes.ANY,
});

/** Undefined for what is none of ours: a denial, or an operation that we never grant. */
function ruleOf(entry: Omit<AclEntry, 'resourcePatternType'> & { resourcePatternType: number }): KafkaRule | undefined {
  const resource = keyOf(RESOURCES, entry.resourceType);
  const pattern = keyOf(PATTERNS, entry.resourcePatternType);
  const operation = keyOf(OPERATIONS, entry.operation);
  if (resource === undefined || pattern === undefined || operation === undefined) return undefined;
  if (entry.permissionType !== AclPermissionTypes.ALLOW) return undefined;
  return { principal: entry.principal.replace(/^User:/, ''), resource, name: entry.resourceName, pattern, operation };
}

const keyOf = <K extends string>(table: Readonly<Record<K, number>>, value: number): K | undefined =>
  (Object.keys(table) as K[]).find((key) => table[key] === value); // the table's own keys
