// get, describe, logs, top and events of a past moment without kubectl: the server makes the tables, this prints them.

import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { EXIT, UsageError } from '../exit.ts';
import { columns } from '../print/columns.ts';
import { type Api, apiAt } from './api.ts';
import { logPods } from './log-pods.ts';
import { type Resource, resourceNamed } from './resources.ts';
import { top } from './top.ts';

const OPTIONS = {
  namespace: { type: 'string', short: 'n', default: 'default' },
  'all-namespaces': { type: 'boolean', short: 'A', default: false },
  selector: { type: 'string', short: 'l' },
  'field-selector': { type: 'string' },
  output: { type: 'string', short: 'o', default: '' },
  container: { type: 'string', short: 'c' },
  tail: { type: 'string' },
  since: { type: 'string' },
  previous: { type: 'boolean', short: 'p', default: false },
  timestamps: { type: 'boolean', default: false },
  containers: { type: 'boolean', default: false },
  'sort-by': { type: 'string' },
  'no-headers': { type: 'boolean', default: false },
} as const;

type Wish = ReturnType<typeof read>['values'];
const read = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });

export interface Out {
  write(text: string): unknown;
}

/** Throws `UsageError` for what only kubectl can. */
export async function plainly(url: string, args: readonly string[], out: Out): Promise<number> {
  const { values, positionals } = understood(args);
  const [verb, ...named] = positionals;
  const api = apiAt(url);
  if (verb === 'get') return get(api, named, values, out);
  if (verb === 'describe') return describe(api, named, values, out);
  if (verb === 'logs') return logs(api, named, values, out);
  if (verb === 'top') return top(api, named, values, out);
  if (verb === 'events') return get(api, ['events'], values, out);
  throw new UsageError(
    `without kubectl there are get, describe, logs, top and events; ${verb ?? 'nothing'} needs kubectl on the PATH`,
  );
}

const FORMS = ['', 'wide', 'name', 'json', 'yaml'];

function understood(args: readonly string[]): ReturnType<typeof read> {
  const told = parsed(args);
  const { output } = told.values;
  if (FORMS.includes(output)) return told;
  throw new UsageError(`-o ${output} needs kubectl; without it there are wide, name, json and yaml`);
}

function parsed(args: readonly string[]): ReturnType<typeof read> {
  try {
    return read(args);
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? error.message : String(error)} (without kubectl fewer flags are known)`,
    );
  }
}

interface Target {
  readonly resource: Resource;
  readonly name: string | undefined;
}

/** What kubectl means by `all`. */
const ALL: readonly string[] = [
  ...['pods', 'services', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  ...['horizontalpodautoscalers', 'cronjobs', 'jobs'],
];

/** `pods`, `pods a b`, `pod/a svc/b`, `pods,svc`. */
async function targetsOf(api: Api, named: readonly string[]): Promise<readonly Target[]> {
  const [first, ...names] = named;
  if (first === undefined) throw new UsageError('say a kind: get pods');
  const one = async (word: string, name: string | undefined): Promise<Target> => ({
    resource: await resourceNamed(api, word),
    name,
  });
  if (named.every((word) => word.includes('/')))
    return Promise.all(named.map((word) => one(word.slice(0, word.indexOf('/')), word.slice(word.indexOf('/') + 1))));
  const words = first.split(',').flatMap((word) => (word === 'all' ? ALL : [word]));
  const kinds = await Promise.all(words.map((word) => one(word, undefined)));
  return names.length === 0 ? kinds : kinds.flatMap(({ resource }) => names.map((name) => ({ resource, name })));
}

function pathOf({ resource, name }: Target, wish: Wish): string {
  const scope =
    !resource.namespaced || (wish['all-namespaces'] && name === undefined)
      ? ''
      : `/namespaces/${encodeURIComponent(wish.namespace)}`;
  return `${resource.root}${scope}/${resource.resource}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

const queryOf = ({ selector, 'field-selector': field }: Wish): Readonly<Record<string, string>> => ({
  ...(selector !== undefined && { labelSelector: selector }),
  ...(field !== undefined && { fieldSelector: field }),
});

/** Who manages which field is left out, as kubectl does. */
async function written(
  api: Api,
  path: string,
  query: Readonly<Record<string, string>>,
  form: 'json' | 'yaml',
): Promise<string> {
  const text = await api.text(path, query, `application/${form}`);
  if (form === 'yaml') return text.replaceAll(/^( *)managedFields:\n(?:\1 +.*\n)*/gm, '');
  return `${JSON.stringify(JSON.parse(text), (name, value: unknown) => (name === 'managedFields' ? undefined : value), 2)}\n`;
}

/** Several answers as one document, which is what a program can read. */
async function listed(api: Api, targets: readonly Target[], wish: Wish, form: 'json' | 'yaml'): Promise<string> {
  const answers = await Promise.all(
    targets.map(async (target) => {
      const query = target.name === undefined ? queryOf(wish) : {};
      return JSON.parse(await written(api, pathOf(target, wish), query, 'json')) as KubeAnswer; // of the API
    }),
  );
  const items = answers.flatMap((answer) => answer.items ?? [answer]);
  const whole = { apiVersion: 'v1', kind: 'List', items };
  return form === 'json' ? `${JSON.stringify(whole, null, 2)}\n` : stringify(whole, { lineWidth: 0 });
}

interface KubeAnswer {
  readonly items?: readonly unknown[];
}

async function get(api: Api, named: readonly string[], wish: Wish, out: Out): Promise<number> {
  let isFound = false;
  const targets = await targetsOf(api, named);
  const isMixed = new Set(targets.map(({ resource }) => resource.kind)).size > 1;
  if (targets.length > 1 && (wish.output === 'json' || wish.output === 'yaml')) {
    out.write(await listed(api, targets, wish, wish.output));
    return EXIT.found;
  }
  for (const target of targets) {
    const query = target.name === undefined ? queryOf(wish) : {};
    if (wish.output === 'json' || wish.output === 'yaml') {
      out.write(await written(api, pathOf(target, wish), query, wish.output));
      isFound = true;
      continue;
    }
    const { columnDefinitions, rows } = await api.table(pathOf(target, wish), query);
    if (rows.length === 0) continue;
    if (isFound && wish.output !== 'name') out.write('\n');
    isFound = true;
    if (wish.output === 'name')
      for (const { object } of rows) out.write(`${target.resource.resource}/${object.metadata.name}\n`);
    else {
      const [head, lines] = shownTable(columnDefinitions, isMixed ? rows.map(ofKind(target.resource)) : rows, wish);
      out.write(wish['no-headers'] ? columns(lines[0] ?? [], lines.slice(1)) : columns(head, lines));
    }
  }
  if (!isFound) process.stderr.write('No resources found\n');
  return isFound ? EXIT.found : EXIT.nothing;
}

/** `deployment.apps/checkout`: of several kinds each row says of which it is. */
const ofKind =
  ({ kind, root }: Resource) =>
  (row: Table['rows'][number]): Table['rows'][number] => {
    const group = /^\/apis\/([^/]+)\//.exec(root)?.[1];
    const [name, ...cells] = row.cells;
    return {
      ...row,
      cells: [`${kind.toLowerCase()}${group === undefined ? '' : `.${group}`}/${String(name)}`, ...cells],
    };
  };

type Table = Awaited<ReturnType<Api['table']>>;

function shownTable(
  definitions: Table['columnDefinitions'],
  rows: Table['rows'],
  wish: Wish,
): readonly [readonly string[], readonly (readonly string[])[]] {
  const shown = definitions.map(({ priority }) => wish.output === 'wide' || priority === 0);
  const among = <T>(all: readonly T[]): T[] => all.filter((_, i) => shown[i]);
  const spaced = wish['all-namespaces'];
  return [
    [...(spaced ? ['NAMESPACE'] : []), ...among(definitions).map(({ name }) => name.toUpperCase())],
    rows.map(({ cells, object }) => [
      ...(spaced ? [object.metadata.namespace ?? ''] : []),
      ...among(cells).map((cell) => String(cell ?? '')),
    ]),
  ];
}

/** The object as it was, and its events. */
async function describe(api: Api, named: readonly string[], wish: Wish, out: Out): Promise<number> {
  for (const target of await targetsOf(api, named)) {
    if (target.name === undefined) throw new UsageError('say which: describe pod checkout-0');
    out.write(await written(api, pathOf(target, wish), {}, 'yaml'));
    const space = target.resource.namespaced ? `/namespaces/${encodeURIComponent(wish.namespace)}` : '';
    const about = `involvedObject.name=${target.name},involvedObject.kind=${target.resource.kind}`;
    const { columnDefinitions, rows } = await api.table(`/api/v1${space}/events`, { fieldSelector: about });
    out.write(
      rows.length === 0
        ? 'Events: none in the hour before\n'
        : `Events:\n${columns(...shownTable(columnDefinitions, rows, { ...wish, output: '', 'all-namespaces': false }))}`,
    );
  }
  return EXIT.found;
}

async function logs(api: Api, named: readonly string[], wish: Wish, out: Out): Promise<number> {
  const [word, container] = named;
  const pods = await logPods(api, word, { namespace: wish.namespace, selector: wish.selector });
  const query = {
    ...(wish.tail !== undefined && { tailLines: wish.tail }),
    ...(wish.since !== undefined && { sinceSeconds: String(secondsOf(wish.since)) }),
    ...(wish.previous && { previous: 'true' }),
    ...(wish.timestamps && { timestamps: 'true' }),
    ...((wish.container ?? container) !== undefined && { container: wish.container ?? container ?? '' }),
  };
  let isFound = false;
  for (const name of pods) {
    const path = `/api/v1/namespaces/${encodeURIComponent(wish.namespace)}/pods/${encodeURIComponent(name)}/log`;
    const text = await api.text(path, query, '*/*');
    out.write(text);
    isFound ||= text !== '';
  }
  return isFound ? EXIT.found : EXIT.nothing;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

function secondsOf(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  const seconds = parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
  if (seconds === 0 || parts.map(([part]) => part).join('') !== text)
    throw new UsageError(`--since ${text}: expected 30s, 10m or 1h30m`);
  return seconds;
}
