// A 401 from anywhere means that nobody is signed in (any more): whoever shows the sign-in listens here.

type Told = () => void;
const listeners = new Set<Told>();

/** Until the returned function is called. */
export function onSignedOut(told: Told): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}

export function signedOut(): void {
  for (const told of listeners) told();
}
