// TCP health of a network namespace, so of a pod, without eBPF: what the kernel counts in /proc/<pid>/net/{snmp,netstat}.

export interface TcpHealth {
  readonly segments: number;
  readonly retransmitted: number;
  /** Connections that did not come about. */
  readonly attemptFails: number;
  readonly resets: number;
  /** Turned away since nobody accepted them in time. */
  readonly listenDrops: number;
  readonly listenOverflows: number;
}

const NAMES: Readonly<Record<keyof TcpHealth, string>> = {
  segments: 'Tcp OutSegs',
  retransmitted: 'Tcp RetransSegs',
  attemptFails: 'Tcp AttemptFails',
  resets: 'Tcp EstabResets',
  listenDrops: 'TcpExt ListenDrops',
  listenOverflows: 'TcpExt ListenOverflows',
};

/** Pairs of lines: a group's names, then its values. Undefined without TCP's own. */
export function parseHealth(snmp: string, netstat: string): TcpHealth | undefined {
  const values = new Map<string, number>();
  const lines = `${snmp}\n${netstat}`.split('\n');
  for (const [i, line] of lines.entries()) {
    const [group, ...names] = line.split(' ');
    const [again, ...numbers] = (lines[i + 1] ?? '').split(' ');
    if (group === undefined || group === '' || group !== again || !/^-?\d/.test(numbers[0] ?? '')) continue;
    for (const [at, name] of names.entries()) values.set(`${group.slice(0, -1)} ${name}`, Number(numbers[at]));
  }
  if (!values.has(NAMES.retransmitted)) return undefined;
  const countOf = (name: keyof TcpHealth): number => values.get(NAMES[name]) ?? 0;
  return mapped(countOf);
}

/** Counters begin again with a namespace: then all there is has happened since. */
export const healthSince = (before: TcpHealth, now: TcpHealth): TcpHealth =>
  mapped((name) => (now[name] >= before[name] ? now[name] - before[name] : now[name]));

const mapped = (countOf: (name: keyof TcpHealth) => number): TcpHealth => ({
  segments: countOf('segments'),
  retransmitted: countOf('retransmitted'),
  attemptFails: countOf('attemptFails'),
  resets: countOf('resets'),
  listenDrops: countOf('listenDrops'),
  listenOverflows: countOf('listenOverflows'),
});
