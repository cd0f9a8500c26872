// Makes schemas/vX.Y.json.gz from api/openapi-spec of the Go module k8s.io/kubernetes: what --validate reads.
// node scripts/schemas.mjs v1.34.2 …   (needs Go; downloads the module when it is not cached)
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KEPT = [
  '$ref',
  'type',
  'format',
  'items',
  'properties',
  'additionalProperties',
  'required',
  'x-kubernetes-group-version-kind',
];
const folder = fileURLToPath(new URL('../schemas/', import.meta.url));
mkdirSync(folder, { recursive: true });

for (const version of process.argv.slice(2)) {
  const module = JSON.parse(
    execFileSync('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`], {
      cwd: tmpdir(),
      encoding: 'utf8',
    }),
  );
  const { definitions } = JSON.parse(readFileSync(join(module.Dir, 'api/openapi-spec/swagger.json'), 'utf8'));
  const lean = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, leanSchema(schema)]));
  const minor = /^v\d+\.\d+/.exec(version)[0];
  writeFileSync(join(folder, `${minor}.json.gz`), gzipSync(JSON.stringify(lean), { level: 9 }));
}

/** Without prose: only what a check needs. */
function leanSchema(schema) {
  const lean = {};
  for (const key of KEPT) {
    if (schema[key] === undefined) continue;
    if (key === 'properties')
      lean.properties = Object.fromEntries(
        Object.entries(schema.properties).map(([name, part]) => [name, leanSchema(part)]),
      );
    else if (key === 'items' || key === 'additionalProperties') lean[key] = leanSchema(schema[key]);
    else lean[key] = schema[key];
  }
  return lean;
}
