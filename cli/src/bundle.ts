// Another process of ours, run inside this one: the bundles stand beside each other in dist/, so that the command line imports no server.

export interface Run {
  /** Settings the command line was given, over the environment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, boolean>>;
}

interface Entry {
  /** Absent where being imported is being run (playground). */
  main?(run: Run): Promise<void>;
}

/** Runs `dist/<name>.mjs` under these settings. Throws when it was not built. */
export async function runBundle(name: string, run: Run): Promise<void> {
  Object.assign(process.env, run.settings);
  const entry = (await import(new URL(`./${name}.mjs`, import.meta.url).href)) as Entry; // one of our bundles: scripts/build.mjs
  await entry.main?.(run);
}
