import { commandsTopic } from '@mosaic/wire';
import { expect, test } from 'vitest';
import { hearCommands } from './commands.ts';
import { DATA_TOPICS, type KafkaRule, outcomesTopic, rulesOfAgents, rulesOfServer, SERVERS } from './rules.ts';

/** As the brokers' authorizer decides. */
const may = (rules: readonly KafkaRule[], operation: KafkaRule['operation'], name: string): boolean =>
  rules.some((rule) => {
    const fits = rule.pattern === 'literal' ? rule.name === name : name.startsWith(rule.name);
    return rule.operation === operation && fits;
  });

test('agents write data and their own outcomes, hear their own commands, and nothing else', () => {
  const ofOne = rulesOfAgents(1);
  for (const topic of [...DATA_TOPICS, outcomesTopic(1)]) {
    expect(may(ofOne, 'write', topic)).toBe(true);
    expect(may(ofOne, 'read', topic)).toBe(false);
  }
  expect(may(ofOne, 'read', commandsTopic(1))).toBe(true);
  expect(may(ofOne, 'write', commandsTopic(1))).toBe(false);
  for (const other of [2, 10, 11]) {
    expect(may(ofOne, 'read', commandsTopic(other))).toBe(false);
    expect(may(ofOne, 'write', outcomesTopic(other))).toBe(false);
    expect(may(ofOne, 'read', `mosaic-agents-${other}-cluster-agent-0badcafe`)).toBe(false);
  }
  expect(may(ofOne, 'write', 'mosaic.quarantine')).toBe(false);
  expect(ofOne.every(({ principal }) => principal === 'mosaic-agent-1')).toBe(true);
  expect(ofOne.some(({ resource }) => resource === 'cluster')).toBe(false);
});

test('agents hear commands in a group that the rule of their cluster covers', async () => {
  const groups: string[] = [];
  const transport = {
    ensureTopics: async () => {},
    async subscribe({ group }: { readonly group: string }) {
      groups.push(group);
      return { stop: async () => {} };
    },
  };
  for (const as of ['cluster-agent', 'node-agent-node-1']) await hearCommands({ transport, cluster: 7, as, on() {} });
  expect(groups).toHaveLength(2);
  for (const group of groups) {
    expect(may(rulesOfAgents(7), 'read', group)).toBe(true);
    expect(may(rulesOfAgents(70), 'read', group)).toBe(false);
  }
});

test('only the api may change rules, and no server writes what agents alone may say', () => {
  const altering = SERVERS.filter((server) => rulesOfServer(server).some(({ operation }) => operation === 'alter'));
  expect(altering).toEqual(['api']);
  expect(may(rulesOfServer('deriver'), 'write', 'mosaic.objects')).toBe(false);
  expect(may(rulesOfServer('api'), 'write', 'mosaic.objects')).toBe(false);
  expect(may(rulesOfServer('api'), 'write', commandsTopic(3))).toBe(true);
});
