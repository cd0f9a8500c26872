// The command line, read and checked.

import { parseArgs } from 'node:util';
import type { SetOption, ValuesFile } from '../values/load-values.ts';

export class UsageError extends Error {}

export interface Arguments {
  readonly verb: 'render' | 'init' | 'help' | 'version';
  /** In the order given; none means the default file. */
  readonly values: readonly ValuesFile[];
  readonly sets: readonly SetOption[];
  readonly templateRoot: string;
  /** `-` is standard output. */
  readonly output: string;
  readonly overwrite: boolean;
  readonly strict: boolean;
  readonly diff: boolean;
  /** Cluster to compare with. */
  readonly context: string | undefined;
  readonly only: readonly string[];
  readonly validate: boolean;
  readonly kubernetesVersion: string | undefined;
}

const OPTIONS = {
  'values-dict': { type: 'string', multiple: true },
  values: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  'set-string': { type: 'string', multiple: true },
  'template-root-dir': { type: 'string' },
  'output-dir': { type: 'string', short: 'o' },
  overwrite: { type: 'boolean' },
  strict: { type: 'boolean' },
  diff: { type: 'boolean' },
  context: { type: 'string' },
  only: { type: 'string', multiple: true },
  validate: { type: 'boolean' },
  'kubernetes-version': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Throws UsageError. */
export function readArguments(args: readonly string[]): Arguments {
  const { values: given, positionals, tokens } = parse(args);
  const verb = given.help === true ? 'help' : given.version === true ? 'version' : verbOf(positionals);
  if (given.context !== undefined && given.diff !== true) throw new UsageError('--context belongs to --diff');
  const named = (name: string): { name: string; value: string }[] =>
    tokens.flatMap((token) =>
      token.kind === 'option' && token.name.startsWith(name) && token.value !== undefined
        ? [{ name: token.name, value: token.value }]
        : [],
    );
  return {
    verb,
    values: named('values').map(({ name, value }) => ({
      path: value,
      isPython: name === 'values-dict' && !/\.(ya?ml|json)$/i.test(value),
    })),
    sets: named('set').map(({ name, value }) => setOption(name, value)),
    templateRoot: given['template-root-dir'] ?? './templates',
    output: given['output-dir'] ?? './output',
    overwrite: given.overwrite ?? false,
    strict: given.strict ?? false,
    diff: given.diff ?? false,
    context: given.context,
    only: given.only ?? [],
    validate: given.validate ?? false,
    kubernetesVersion: given['kubernetes-version'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, tokens: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}

function verbOf(positionals: readonly string[]): 'render' | 'init' {
  const [verb, extra] = positionals;
  if (verb === undefined) return 'render';
  if (verb !== 'init') throw new UsageError(`unknown argument '${verb}'`);
  if (extra !== undefined) throw new UsageError(`unknown argument '${extra}'`);
  return 'init';
}

function setOption(name: string, given: string): SetOption {
  const at = given.indexOf('=');
  if (at <= 0) throw new UsageError(`--${name} ${given}: write --${name} key.path=value`);
  return { path: given.slice(0, at), text: given.slice(at + 1), isString: name === 'set-string' };
}
