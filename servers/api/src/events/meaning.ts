// What a reason means, in a sentence.

/** Undefined for what is not among the commonest. */
export const meaningOf = (reason: string): string | undefined =>
  Object.hasOwn(MEANINGS, reason) ? MEANINGS[reason] : undefined;

const MEANINGS: Readonly<Record<string, string>> = {
  BackOff: 'The container keeps ending; the kubelet waits longer before each new start.',
  FailedScheduling: 'No node can take the pod; the message says what each lacks.',
};
