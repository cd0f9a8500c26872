// `manifestr init`: a values file and a template to start from.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TreeError } from '../tree/tree-error.ts';

const FILES: Readonly<Record<string, string>> = {
  'values.py': `# Read as data, never run: strings, numbers, True, False, None, dicts, lists and tuples.
values = {
    'name': 'hello',
    'namespace': 'default',
    'replicas': 2,
    'image': 'registry.example/hello:1.0',
    'settings': {
        'greeting': 'Hello',
        'log_level': 'info',
    },
}
`,
  'templates/configmap.yaml.j2': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ vars.name }}
  namespace: {{ vars.namespace }}
data:
{%- for key, value in vars.settings | dictsort %}
  {{ key }}: {{ value | quote }}
{%- endfor %}
`,
  'templates/deployment.yaml.j2': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ vars.name }}
  namespace: {{ vars.namespace }}
spec:
  replicas: {{ vars.replicas | default(1) }}
  selector:
    matchLabels: { app: {{ vars.name }} }
  template:
    metadata:
      labels: { app: {{ vars.name }} }
    spec:
      containers:
        - name: {{ vars.name }}
          image: {{ vars.image }}
          envFrom:
            - configMapRef: { name: {{ vars.name }} }
`,
};

/** Gives the names written. Throws TreeError, and writes nothing, when one is there already. */
export function init(folder: string): readonly string[] {
  const names = Object.keys(FILES);
  const present = names.find((name) => existsSync(join(folder, name)));
  if (present !== undefined) throw new TreeError(`${present} is already here; init writes only where nothing is`);
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return names;
}
