// What a cluster's agents may do on the road, opened when it joins and shut when it is revoked. Keys decide whose data is believed; this decides who may speak at all.

import type { Log } from '@mosaic/runtime';
import { agentPrincipal, hasNoRules, type KafkaAcls, rulesOfAgents } from '@mosaic/transport';

export interface AgentRules {
  /** A road that cannot be asked is told in the log: the agents find themselves refused until somebody sets the rules. */
  allow(cluster: number): Promise<void>;
  /** Throws `Unavailable` when they may still stand. */
  withdraw(cluster: number): Promise<void>;
  close(): Promise<void>;
}

/** Where everybody on the road is trusted: one process, or brokers without rules. */
export const noAgentRules: AgentRules = { allow: async () => {}, withdraw: async () => {}, close: async () => {} };

export function kafkaAgentRules(acls: KafkaAcls, log: Pick<Log, 'warn' | 'info'>): AgentRules {
  return {
    allow: (cluster) =>
      acls.createAcls(rulesOfAgents(cluster)).catch((error: unknown) => {
        if (hasNoRules(error)) log.info('the brokers have no rules: everybody may do everything there', { cluster });
        else log.warn('rules for agents not set', { cluster, principal: agentPrincipal(cluster), error });
      }),
    async withdraw(cluster) {
      try {
        await acls.deleteAclsOf(agentPrincipal(cluster));
      } catch (error) {
        if (!hasNoRules(error)) throw error;
      }
    },
    close: () => acls.close(),
  };
}
