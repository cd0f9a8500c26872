// The two figures of `npm run bench -- manifestr`: a start, and a thousand templates after it.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PyDict } from '../python/values.ts';
import { renderTree } from '../tree/render-tree.ts';

const BIN = fileURLToPath(new URL('../../bin/manifestr.mjs', import.meta.url));
const TEMPLATE = `kind: ConfigMap
metadata: { name: {{ vars.name }}-{{ 1 + 1 }} }
data:
{%- for port in vars.ports %}
  port-{{ loop.index }}: {{ port | string | tojson }}
{%- endfor %}
  conf: |
    {{ vars.text | indent(4) }}
`;

export interface Figures {
  /** The whole command with one template, process start included. */
  readonly startMs: number;
  readonly thousandTemplatesMs: number;
}

/** `bin`: the command's file; a bundle knows no other way to it. */
export function measure(bin = BIN): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'manifestr-bench-'));
  try {
    const write = (root: string, count: number): void => {
      mkdirSync(join(folder, root));
      for (let at = 0; at < count; at++) writeFileSync(join(folder, root, `${at}.yaml.j2`), TEMPLATE);
    };
    write('one', 1);
    write('thousand', 1000);
    writeFileSync(join(folder, 'values.py'), "values = {'name': 'x', 'ports': [1, 2, 3], 'text': 'a\\nb\\n'}\n");
    const startMs = timed(() => {
      const { status, stderr } = spawnSync(process.execPath, [bin, '--template-root-dir', 'one', '-o', '-'], {
        cwd: folder,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
    });
    const values = PyDict.from([
      ['name', 'x'],
      ['ports', [1n, 2n, 3n]],
      ['text', 'a\nb\n'],
    ]);
    const thousandTemplatesMs = timed(() => renderTree({ templateRoot: join(folder, 'thousand'), values }));
    return { startMs, thousandTemplatesMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return Math.round(performance.now() - began);
}
