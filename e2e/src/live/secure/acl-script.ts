// The script of the manifests that sets Kafka's rules, read as rules.

import { execFileSync } from 'node:child_process';
import type { KafkaRule } from '@mosaic/transport';

export const lineOf = ({ principal, operation, resource, name, pattern }: KafkaRule): string =>
  [principal, operation, resource, name, pattern].join(' ');

/** What the script of the manifests would set, told by a shell that runs it. `folder`: for what it writes. */
export function rulesIn(script: string, folder: string): readonly string[] {
  const told = script.replace(/\/opt\/kafka\/bin\/kafka-acls\.sh/g, 'told').replace(/^cat .*keystore\.pem$/m, '');
  const lines = execFileSync('bash', ['-c', `told() { echo "$*"; }\n${told.replaceAll('/run/mosaic/', `${folder}/`)}`]);
  return lines.toString().trim().split('\n').flatMap(rulesOfLine).sort();
}

function rulesOfLine(line: string): readonly string[] {
  const all = (flag: string) => [...line.matchAll(new RegExp(`${flag} (\\S+)`, 'g'))].map(([, value = '']) => value);
  const pattern = line.includes('--resource-pattern-type prefixed') ? 'prefixed' : 'literal';
  const principal = all('--allow-principal')[0]?.replace('User:', '') ?? '';
  const resources = [
    ...all('--topic').map((name) => `topic ${name}`),
    ...all('--group').map((name) => `group ${name}`),
    ...(line.includes('--cluster') ? ['cluster kafka-cluster'] : []),
  ];
  return all('--operation').flatMap((operation) =>
    resources.map((resource) => `${principal} ${operation.toLowerCase()} ${resource} ${pattern}`),
  );
}
