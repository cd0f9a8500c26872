// A process's cgroup path → the container and the pod it runs in, as kubelet and runtimes name them.

export interface Belongs {
  /** 64 hex digits. */
  readonly container?: string;
  /** As in the path: a static pod's is the hash of its manifest, without dashes. */
  readonly podUid?: string;
}

const POD =
  /(?:^|[/-])pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?=[./]|$)/g;
/** `/<id>`, `cri-containerd-<id>.scope`, `crio-<id>.scope`, `docker-<id>.scope`, and containerd's `…:cri-containerd:<id>`. */
const CONTAINER = /(?:^|[/:-])([0-9a-f]{64})(?=[./]|$)/g;

/** `text`: /proc/<pid>/cgroup, v1 (a line for each hierarchy), v2 (`0::`) or both. The innermost pod counts: nodes that are containers themselves have others around. */
export function belongsOf(text: string): Belongs {
  for (const line of text.split('\n')) {
    const path = line.slice(line.indexOf(':', line.indexOf(':') + 1) + 1);
    const pod = [...path.matchAll(POD)].at(-1);
    if (pod?.[1] === undefined) continue;
    const within = path.slice(pod.index + pod[0].length);
    const container = [...within.matchAll(CONTAINER)].at(-1)?.[1];
    return { podUid: pod[1].replaceAll('_', '-'), ...(container !== undefined && { container }) };
  }
  return {};
}
