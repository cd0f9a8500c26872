// Another process of ours, run inside this one: the bundles stand beside each other in dist/, so that the command line imports no server.

export interface Run {
  /** Settings the command line was given, over the environment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, boolean>>;
}

interface Entry {
  main(run: Run): Promise<void>;
}

/** Runs `dist/<name>.mjs`. Throws when it was not built. */
export async function runBundle(name: string, run: Run): Promise<void> {
  const entry = (await import(new URL(`./${name}.mjs`, import.meta.url).href)) as Entry; // the bundle exports main: all-in-one/src/main.ts and playground/src/main.ts
  await entry.main(run);
}
