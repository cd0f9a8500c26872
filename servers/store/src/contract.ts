// What every adapter of the store promises. Run by memory, embedded and Cassandra.

import { bodiesContract } from './contract/bodies.ts';
import { clustersContract } from './contract/clusters.ts';
import { coverageContract } from './contract/coverage.ts';
import { eventsContract } from './contract/events.ts';
import type { Making } from './contract/making.ts';
import { objectsContract } from './contract/objects.ts';
import { peopleContract } from './contract/people.ts';
import { connectionsContract, logsContract, metricsContract, tokensContract } from './contract/signals.ts';
import { stateContract } from './contract/state.ts';
import { statePropertyContract } from './contract/state-property.ts';

/**
 * `make` opens a store whose clock stands at `CONTRACT_NOW` and that keeps 14 days of everything. It may hold data of earlier tests: each test
 * enrols a cluster of its own. Every store made is closed.
 */
export function storeContract(name: string, make: Making): void {
  clustersContract(name, make);
  objectsContract(name, make);
  bodiesContract(name, make);
  stateContract(name, make);
  statePropertyContract(name, make);
  eventsContract(name, make);
  coverageContract(name, make);
  logsContract(name, make);
  metricsContract(name, make);
  connectionsContract(name, make);
  tokensContract(name, make);
  peopleContract(name, make);
}

export { CONTRACT_NOW } from './contract/values.ts';
