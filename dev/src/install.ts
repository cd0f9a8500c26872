// Bringing programs in from package registries, once: Maven, the Go module proxy, Debian.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { withLock } from './lock.ts';

export type Told = (line: string) => void;
export const silently: Told = () => {};

/** Of a JVM that lives for minutes: it compiles once, and quickly. */
export const QUICK: readonly string[] = ['-XX:TieredStopAtLevel=1'];

const COMPLETE = '.complete';

/** A cached folder, filled by `fill` when it is missing or was made from another `recipe` file. One process at a time. */
export async function cached(
  name: string,
  recipe: string,
  fill: (folder: string) => Promise<void>,
  told: Told,
): Promise<string> {
  const folder = join(cacheFolder(), name);
  const digest = createHash('sha256').update(readFileSync(recipe)).digest('hex');
  const isComplete = () =>
    existsSync(join(folder, COMPLETE)) && readFileSync(join(folder, COMPLETE), 'utf8') === digest;
  if (isComplete()) return folder;
  await withLock(join(cacheFolder(), `${name}.lock`), async () => {
    if (isComplete()) return;
    const began = performance.now();
    told(`installing ${name}, once`);
    rmSync(join(folder, COMPLETE), { force: true });
    mkdirSync(folder, { recursive: true });
    await fill(folder);
    writeFileSync(join(folder, COMPLETE), digest);
    told(`installed ${name} in ${Math.round((performance.now() - began) / 1000)} s`);
  });
  return folder;
}

/** Jars of a committed pom and what they need, in `<folder>/lib`. */
export async function mavenJars(pom: string, folder: string, told: Told): Promise<void> {
  const mvn = await programOf('mvn', 'maven', told);
  const lib = join(folder, 'lib');
  rmSync(lib, { recursive: true, force: true });
  await run(mvn, ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`]);
}

/** Packages of the Go module in `module`, built into `bin`. */
export async function goTools(
  module: string,
  bin: string,
  packages: readonly string[],
  flags: readonly string[] = [],
): Promise<void> {
  const go = which('go');
  if (go === undefined) throw new Error('go is missing; install Go 1.24 or newer');
  await run(go, ['install', '-trimpath', ...flags, ...packages], {
    cwd: module,
    env: { CGO_ENABLED: '0', GOBIN: bin },
  });
}

export const java = (told: Told): Promise<string> => programOf('java', 'openjdk-17-jre-headless', told);

/** The path of a program; installed from Debian when it is missing and we may. Throws with what to do otherwise. */
export async function programOf(program: string, debianPackage: string, told: Told): Promise<string> {
  await allOf({ [program]: debianPackage }, told);
  return which(program) ?? program;
}

/** Programs of PATH, or paths of files → Debian's packages that bring them; the missing ones are installed at once. Throws as `programOf` does. */
export async function allOf(needed: Readonly<Record<string, string>>, told: Told): Promise<void> {
  const missing = () => Object.keys(needed).filter((name) => !isHere(name));
  if (missing().length === 0) return;
  const packages = [...new Set(missing().map((name) => needed[name] ?? ''))];
  const apt = which('apt-get');
  if (apt === undefined || process.getuid?.() !== 0)
    throw new Error(
      `${missing().join(', ')} missing; install ${packages.join(', ')} (Debian: apt-get install ${packages.join(' ')})`,
    );
  told(`installing Debian's ${packages.join(', ')}, once`);
  await withLock(join(cacheFolder(), 'apt.lock'), async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run(apt, ['update', '-qq'], { env });
    await run(apt, ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  });
  if (missing().length > 0) throw new Error(`Debian's ${packages.join(', ')} brought no ${missing().join(', ')}`);
}

const isHere = (name: string): boolean => (name.startsWith('/') ? existsSync(name) : which(name) !== undefined);

export function which(program: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this one
    }
  }
  return undefined;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs to the end and returns what it printed; a failure carries what it said. */
export function run(command: string, args: readonly string[], { env, cwd }: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, ...(cwd !== undefined && { cwd }) });
    const said: Buffer[] = [];
    child.stdout.on('data', (bytes) => said.push(bytes));
    child.stderr.on('data', (bytes) => said.push(bytes));
    child.once('error', reject);
    child.once('close', (code) => {
      const text = Buffer.concat(said).toString();
      if (code === 0) resolve(text);
      else reject(new Error(`${command} ${args[0] ?? ''} ended with ${code}:\n${text.slice(-4_000)}`));
    });
  });
}
