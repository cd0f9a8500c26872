export { type NodeAgent, type NodeAgentOptions, type NodeAgentStatus, nodeAgent } from './agent/agent.ts';
export { healthOf, metricsOf } from './agent/metrics.ts';
export { hostAt } from './start.ts';
