// What servers ask of a cluster's agents, as an agent hears it: from now on, whatever was asked before it came.

import { randomBytes } from 'node:crypto';
import { type Command, commandsTopic, readCommand } from '@mosaic/wire';
import type { Subscription, Transport } from './port.ts';
import { agentGroups } from './rules.ts';

export interface CommandEar {
  readonly transport: Pick<Transport, 'subscribe' | 'ensureTopics'>;
  /** Enrolled id. */
  readonly cluster: number;
  /** Who listens, for the name of the consumer group. */
  readonly as: string;
  readonly on: (command: Command) => void;
  readonly onBad?: (error: unknown) => void;
}

export async function hearCommands({ transport, cluster, as, on, onBad }: CommandEar): Promise<Subscription> {
  const topic = commandsTopic(cluster);
  await transport.ensureTopics([{ topic, partitions: 1 }]);
  return transport.subscribe({
    group: `${agentGroups(cluster)}${as}-${randomBytes(4).toString('hex')}`,
    topics: [topic],
    from: 'latest',
    async handle(batch) {
      for (const { value } of batch) {
        try {
          const command = readCommand(value);
          if (command) on(command);
        } catch (error) {
          onBad?.(error); // one that cannot be read keeps nobody from hearing the next
        }
      }
    },
  });
}
