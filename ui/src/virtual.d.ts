// Made by vite.config.ts at build time.

declare module 'virtual:about' {
  export const version: string;
  /** Markdown: bench/README.md. */
  export const measurements: string;
}
