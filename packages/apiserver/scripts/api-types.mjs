// Makes src/types/messages.ts from the Kubernetes API's published Go modules: names, numbers, types and merge rules of fields, nothing else.
//   node packages/apiserver/scripts/api-types.mjs <folder that holds k8s.io/api@… and k8s.io/apimachinery@…>
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules] = process.argv.slice(2);
if (modules === undefined || !existsSync(modules)) {
  console.error('say where the modules are: … api-types.mjs ~/go/pkg/mod/k8s.io');
  process.exit(2);
}

const newest = (name) =>
  readdirSync(modules)
    .filter((each) => each.startsWith(`${name}@`))
    .sort()
    .at(-1) ?? process.exit(2);
const API = newest('api');
const GROUPS = [
  'core',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'networking',
  'discovery',
  'rbac',
  'storage',
  'scheduling',
  'coordination',
  'events',
  'authentication',
  'authorization',
  'admissionregistration',
  'certificates',
  'node',
];
const packages = [
  ...GROUPS.map((group) => [`${group}.v1`, join(modules, API, group, 'v1')]),
  ['autoscaling.v2', join(modules, API, 'autoscaling', 'v2')],
  ['meta.v1', join(modules, newest('apimachinery'), 'pkg/apis/meta/v1')],
];

const SPECIAL = {
  'meta.v1.Time': 'time',
  'meta.v1.MicroTime': 'microtime',
  'meta.v1.FieldsV1': 'json',
  'runtime.RawExtension': 'json',
  'resource.Quantity': 'quantity',
  'intstr.IntOrString': 'int-or-string',
  'authentication.v1.ExtraValue': 'strings',
  'authorization.v1.ExtraValue': 'strings',
  'certificates.v1.ExtraValue': 'strings',
  'meta.v1.Verbs': 'strings',
};

/** Go: struct → proto name of field → its JSON name, whether it is a pointer, and how it merges. */
function readGo(folder) {
  const structs = new Map();
  const atomic = new Set();
  for (const file of readdirSync(folder).filter((each) => /^types.*\.go$/.test(each))) {
    let struct;
    let marks = [];
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const start = /^type (\w+) struct {/.exec(line);
      const mark = /^\s*\/\/ ?\+(listType|listMapKey|structType|mapType)=(\S+)/.exec(line);
      if (mark !== null) marks.push([mark[1], mark[2]]);
      if (start !== null) {
        struct = start[1];
        structs.set(struct, new Map());
        if (marks.some(([name, value]) => name === 'structType' && value === 'atomic')) atomic.add(struct);
        marks = [];
      }
      if (/^}/.test(line)) struct = undefined;
      const field = /^\s+(?:(\w+)\s+)?(\*?)(\S+)\s+`(.*)`/.exec(line);
      if (field === null || struct === undefined) {
        if (!/^\s*\/\//.test(line) && mark === null && start === null && struct !== undefined) marks = [];
        continue;
      }
      const tag = (name) => new RegExp(`${name}:"([^"]*)"`).exec(field[4])?.[1];
      const protoName = /name=(\w+)/.exec(tag('protobuf') ?? '')?.[1];
      if (protoName !== undefined) {
        const json = (tag('json') ?? '').split(',');
        structs.get(struct).set(protoName, {
          json: json[0] === '' ? protoName : json[0],
          inline: json.includes('inline') && protoName !== 'metadata',
          pointer: field[2] === '*',
          merge: tag('patchStrategy')?.includes('merge') === true,
          mergeKey: tag('patchMergeKey'),
          marks,
        });
      }
      marks = [];
    }
  }
  return { structs, atomic };
}

function typeName(text, local) {
  const bare = text.replace(/^\./, '');
  if (!bare.includes('.')) return /^[A-Z]/.test(bare) ? `${local}.${bare}` : bare;
  const match = /(?:^|\.)(\w+)\.(v\w+)\.(\w+)$/.exec(bare);
  const name = match === null ? bare.split('.').slice(-2).join('.') : `${match[1]}.${match[2]}.${match[3]}`;
  return name;
}

const messages = new Map();
for (const [local, folder] of packages) {
  const { structs, atomic } = readGo(folder);
  let message;
  for (const line of readFileSync(join(folder, 'generated.proto'), 'utf8').split('\n')) {
    const start = /^message (\w+) {/.exec(line);
    if (start !== null) {
      message = start[1];
      messages.set(`${local}.${message}`, { atomic: atomic.has(message), fields: [] });
    }
    const field = /^ {2}(optional |repeated |required )?(map<string, ?(\S+)>|\S+) (\w+) = (\d+);/.exec(line);
    if (field === null || message === undefined) continue;
    const [, label = '', type, mapped, protoName, number] = field;
    const go = structs.get(message)?.get(protoName) ?? { json: protoName, marks: [] };
    const named = typeName(mapped ?? type, local);
    const core = SPECIAL[named] ?? named;
    const shape = mapped !== undefined ? '{}' : label === 'repeated ' ? '[]' : '';
    const listType = go.marks.find(([name]) => name === 'listType')?.[1];
    const keys = go.marks.filter(([name]) => name === 'listMapKey').map(([, value]) => value);
    const isAtomic =
      listType === 'atomic' || go.marks.some(([name, value]) => name !== 'listType' && value === 'atomic');
    const rule = listType === 'map' ? ` @${keys.join(',')}` : listType === 'set' ? ' @set' : isAtomic ? ' @atomic' : '';
    const patch = go.merge ? ` ~${go.mergeKey ?? ''}` : '';
    const inline = go.inline ? ' &' : '';
    messages.get(`${local}.${message}`).fields.push({
      core,
      text: `${go.json}=${number}${go.pointer ? '*' : ':'}${shape}${core}${rule}${patch}${inline}`,
    });
  }
}

/** Only what the served kinds and the options of requests are made of. */
const ROOTS = [...messages.keys()].filter((name) => {
  if (name.startsWith('meta.')) return /\.(DeleteOptions|ObjectMeta|LabelSelector)$/.test(name);
  if (/List$/.test(name)) return false;
  return messages.get(name).fields.some(({ text }) => text.startsWith('metadata='));
});
const reached = new Set();
const visit = (name) => {
  if (reached.has(name) || !messages.has(name)) return;
  reached.add(name);
  for (const { core } of messages.get(name).fields) visit(core);
};
ROOTS.forEach(visit);

const lines = [...reached].sort().map((name) => {
  const { atomic, fields } = messages.get(name);
  return `${name}${atomic ? '!' : ''} ${fields.map(({ text }) => text).join(';')}`;
});
const head = `// The messages the built-in kinds consist of, a line each: names, numbers, types and merge rules of their fields.
// Made by scripts/api-types.mjs from k8s.io/${API} (Apache-2.0); facts of the format, to be made again and never edited.
// \`field=number\` then \`*\` (may be absent) or \`:\`, \`[]\` list or \`{}\` map, type, \`@key,…\` keyed list, \`@set\`, \`@atomic\`, \`~key\` patch merge key, \`&\` inlined.
`;
writeFileSync(
  new URL('../src/types/messages.ts', import.meta.url),
  `${head}export const MESSAGES = \`\n${lines.join('\n')}\n\`;\n`,
);
console.log(`${lines.length} messages, ${lines.join('\n').length} characters`);
