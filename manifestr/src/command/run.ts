// The command from its arguments to its exit status.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeError, TemplateError } from '../template/template-error.ts';
import { type RenderedFile, renderTree } from '../tree/render-tree.ts';
import { refuseDangerous, replaceDirectory } from '../tree/replace-directory.ts';
import { TreeError } from '../tree/tree-error.ts';
import { defaultValuesFile, loadValues, type ValuesFile } from '../values/load-values.ts';
import { ValuesError } from '../values/values-error.ts';
import { type Arguments, readArguments, UsageError } from './arguments.ts';
import { askOverwrite } from './ask.ts';
import { HELP, USAGE } from './help.ts';
import { init } from './init.ts';
import { type Io, tell } from './io.ts';
import { joinDocuments } from './join-documents.ts';
import { diffWithCluster, diffWithFolder } from './show-diff.ts';

/** Exit status: 0 done, 1 an error, 2 wrong usage. Never throws. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  try {
    return await carryOut(readArguments(args), io);
  } catch (error) {
    if (error instanceof UsageError) {
      tell(io, 'error', `manifestr: ${error.message}\n${USAGE}`);
      return 2;
    }
    tell(io, 'error', `manifestr: ${messageOf(error)}`);
    if (io.env.LOG_LEVEL === 'debug' && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
    return 1;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof TemplateError) return describeError(error);
  if (error instanceof ValuesError || error instanceof TreeError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

async function carryOut(given: Arguments, io: Io): Promise<number> {
  switch (given.verb) {
    case 'help':
      io.out(HELP);
      return 0;
    case 'version':
      io.out(`manifestr ${version()}\n`);
      return 0;
    case 'init':
      for (const name of init(io.cwd)) io.out(`${name}\n`);
      return 0;
    case 'render':
      return renderCommand(given, io);
  }
}

async function renderCommand(given: Arguments, io: Io): Promise<number> {
  const files = given.values.length > 0 ? given.values : [defaultValuesFile(io.cwd)];
  const values = await loadValues(
    files.map((file) => fromHere(file, io)),
    given.sets,
  );
  const templateRoot = resolve(io.cwd, given.templateRoot);
  const rendered = renderTree({ templateRoot, values, strict: given.strict, only: given.only });
  for (const { path } of rendered) tell(io, 'debug', `rendered ${path}`);
  if (given.validate) await check(rendered, given.kubernetesVersion);
  if (given.diff) return showDiff(given, rendered, io);
  if (given.output === '-') {
    io.out(joinDocuments(rendered));
    return 0;
  }
  const kept = [
    { path: templateRoot, what: 'the templates' },
    ...files.map(({ path }) => ({ path: resolve(io.cwd, path), what: 'the values' })),
  ];
  return write(given, rendered, kept, io);
}

/** Messages show the path as it was given; reading goes by the folder the command runs in. */
function fromHere(file: ValuesFile, { cwd }: Io): ValuesFile {
  return cwd === process.cwd() ? file : { ...file, path: resolve(cwd, file.path) };
}

async function write(
  { output, overwrite }: Arguments,
  rendered: readonly RenderedFile[],
  kept: readonly { path: string; what: string }[],
  io: Io,
): Promise<number> {
  const directory = resolve(io.cwd, output);
  refuseDangerous(directory, kept);
  if (existsSync(directory) && !overwrite) {
    const answer = await askOverwrite(output, io);
    if (answer === undefined) {
      throw new TreeError(`${output} exists and standard input ended without an answer; use --overwrite to replace it`);
    }
    if (!answer) {
      io.out('aborting\n');
      return 0;
    }
  }
  replaceDirectory(directory, rendered);
  tell(io, 'info', `rendered ${rendered.length} ${rendered.length === 1 ? 'file' : 'files'} into ${output}`);
  return 0;
}

function showDiff({ context, output }: Arguments, rendered: readonly RenderedFile[], io: Io): number {
  io.out(
    context === undefined ? diffWithFolder(resolve(io.cwd, output), rendered) : diffWithCluster(context, rendered),
  );
  return 0;
}

async function check(rendered: readonly RenderedFile[], kubernetesVersion: string | undefined): Promise<void> {
  const { validate } = await import('../validate/validate.ts');
  const findings = validate(rendered, kubernetesVersion);
  if (findings.length > 0)
    throw new TreeError(
      `the rendered manifests are not valid\n${findings.map((finding) => `  ${finding}`).join('\n')}`,
    );
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
