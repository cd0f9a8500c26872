import { nodeCompression, makeKey } from '@mosaic/runtime';
import { recorder } from '../index.ts';
import { pod, after, START } from './manifests.ts';
const N = Number(process.argv[2] ?? 200), C = Number(process.argv[3] ?? 30000);
let bytes = 0, chunks = 0; const by: Record<string, number> = {};
const rec = recorder({ cluster: 1, source: 'cluster-agent', boot: 'b', epoch: 1, compression: nodeCompression, signer: makeKey(), redactKey: 'k', publish: async (t, c) => { bytes += c.bytes.length; chunks++; by[t]=(by[t]??0)+c.bytes.length }, limits: {coverageEveryMs: 60000} });
const pods = Array.from({ length: N }, (_, n) => pod({ n }));
let t = START; 
for (const p of pods) rec.observe({ op: 'add', object: p, at: t });
await rec.checkpoint(t);
const s0 = rec.stats();
const steps = ['pulling','running','unready','running','crashed','back-off','running'] as const;
const restarts = new Array(N).fill(0);
// pre-generate the changes to time only the recorder
const gen: any[] = [];
for (let i = 0; i < C; i++) { const n = (i * 7919) % N; const k = Math.floor(i / N) % steps.length; if (steps[k] === 'crashed') restarts[n]++; const at = t + Math.floor(i * 86_400_000 / C * (process.argv[4] ? Number(process.argv[4]) : 1)); pods[n] = after(pods[n]!, steps[k]!, at, restarts[n]); gen.push([at, pods[n]]); }
const c0 = process.cpuUsage(); const w0 = performance.now();
let tick = t;
for (const [at, object] of gen) { while (tick + 10000 <= at) { tick += 10000; rec.cover({signal:'objects',kind:'v1/Pod',to:tick,state:'watching'}); await rec.tick(tick); } rec.observe({ op: 'modify', object, at }); }
await rec.flush(tick);
const cpu = process.cpuUsage(c0); const s = rec.stats();
console.log({ perS: Math.round(C / ((performance.now() - w0) / 1000)), cpuPerChangeUs: (cpu.user + cpu.system) / C, bytesPerRev: (s.revisionBytes - s0.revisionBytes) / (s.revisions - s0.revisions), chunks, bytes, by, s, rss: process.memoryUsage().rss / 1e6 });
