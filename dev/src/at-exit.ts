// What is done when this process ends, however it does but by SIGKILL: one listener for any number of programs.

const deeds = new Set<() => void>();

/** Returns what takes it back. A deed must be done when it returns: nothing is waited for any more. */
export function atExit(deed: () => void): () => void {
  if (deeds.size === 0) process.on('exit', doAll);
  deeds.add(deed);
  return () => {
    deeds.delete(deed);
    if (deeds.size === 0) process.off('exit', doAll);
  };
}

function doAll(): void {
  for (const deed of deeds)
    try {
      deed();
    } catch (error) {
      process.stderr.write(`${String(error)}\n`); // the others still have to be done
    }
}
