// Log lines of every container, as a node agent would send them.

import { hash32, type SentLine } from '@mosaic/wire';
import type { Voice } from '../log-voices.ts';
import { voiceOf } from '../log-voices.ts';
import { spokenWithin } from '../logs.ts';
import type { Engine } from '../sim.ts';
import type { Pod } from '../types.ts';
import { heardPods, ownerOf } from './pods.ts';
import type { SignalSpan } from './signals.ts';

/** Settings change seldom: a voice is made anew when its pod changes, and now and then. */
const VOICE_FRESH_MS = 5 * 60_000;
/** Troubled pods say what troubles them, also where the calm ones are told in part. */
const TROUBLED_STRIDE = 4;

export function lineTeller(sim: Engine): (span: SignalSpan) => SentLine[] {
  const voices = new Map<string, { readonly voice: Voice; readonly version: string; readonly at: number }>();
  const voiceFor = (pod: Pod, container: string): Voice => {
    const key = `${pod.metadata.uid}/${container}`;
    const version = pod.metadata.resourceVersion ?? '';
    const known = voices.get(key);
    if (known?.version === version && sim.now() - known.at < VOICE_FRESH_MS) return known.voice;
    const voice = voiceOf(sim, pod, container);
    voices.set(key, { voice, version, at: sim.now() });
    return voice;
  };
  return ({ from, to, stride = 1 }) => {
    const pods = heardPods(sim);
    if (voices.size > pods.length * 8) voices.clear();
    return pods.flatMap((pod) =>
      (pod.status.containerStatuses ?? []).flatMap(({ name, ready }) =>
        linesOf(pod, name, voiceFor(pod, name), from, to, ready ? stride : Math.min(stride, TROUBLED_STRIDE)),
      ),
    );
  };
}

function linesOf(pod: Pod, container: string, voice: Voice, from: number, to: number, stride: number): SentLine[] {
  const workload = ownerOf(pod);
  const { namespace = '', name, uid } = pod.metadata;
  const base = {
    ...{ namespace, pod: name, podUid: uid, container, node: pod.spec.nodeName ?? '' },
    ...(workload !== undefined && { workload }),
  };
  const streams = new Map<number, SentLine['stream']>();
  const lines: SentLine[] = [];
  for (const { at, text, restart } of spokenWithin(pod, container, voice, from, to, stride)) {
    const stream = streams.get(restart) ?? { ...base, restart };
    streams.set(restart, stream);
    const isError = /"level":"(error|warn)"|^(\w*Error|FATAL|panic)/.test(text);
    joinTrace(lines, {
      stream,
      channel: isError ? 'stderr' : 'stdout',
      at,
      nanos: hash32(`${uid}${at}`) % 1_000_000,
      text,
    });
  }
  return lines;
}

/** Lines of a stack trace belong to the one before them, as the node agent joins them. */
function joinTrace(lines: SentLine[], line: SentLine): void {
  const before = lines.at(-1);
  if (before !== undefined && /^\s+at /.test(line.text) && before.at === line.at)
    lines[lines.length - 1] = { ...before, text: `${before.text}\n${line.text}` };
  else lines.push(line);
}
