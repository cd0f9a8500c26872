// containerd with everything of its own: root, state, socket, images, CNI configuration.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { programOf, run, type Told } from '../install.ts';
import { type Program, startProgram } from '../program.ts';
import { imageOf, writeImage } from './images.ts';
import { CONTAINERD_SOCKET, FOLDER, inFolder } from './places.ts';
import { CNI_PLUGINS } from './requirements.ts';

const READY_WITHIN_MS = 30_000;
const KUBERNETES = ['--address', CONTAINERD_SOCKET, '--namespace', 'k8s.io'];

/** Resolves when it answers; pods wait for `writePodNetwork`. */
export async function startContainerd(told: Told): Promise<Program> {
  const path = inFolder('containerd.toml');
  writeFileSync(path, config(snapshotter()));
  mkdirSync(inFolder('cni'), { recursive: true });
  const containerd = startProgram({
    name: 'containerd',
    command: await programOf('containerd', 'containerd', told),
    args: ['--config', path],
    logPath: inFolder('logs', 'containerd.log'),
  });
  await containerd.readyWhen(() => run('ctr', [...KUBERNETES, 'images', 'list', '-q']).then(yes, no), READY_WITHIN_MS);
  return containerd;
}

const yes = () => true;
const no = () => false;

/** Makes an image of a static binary and gives it to containerd; answers its reference. */
export async function loadImage(name: string, binary: string): Promise<string> {
  const reference = imageOf(name);
  const path = inFolder(`${name}.tar`);
  await writeImage(reference, binary, path);
  await importImage(path);
  rmSync(path);
  return reference;
}

/** The images of a tar become the node's. */
export async function importImage(tar: string): Promise<void> {
  await run('ctr', [...KUBERNETES, 'images', 'import', '--snapshotter', snapshotter(), tar]);
}

/** Layers that are shared where the file system bears it; copies of a whole root per container elsewhere. */
function snapshotter(): 'overlayfs' | 'native' {
  const [lower, upper, work, on] = ['lower', 'upper', 'work', 'on'].map((name) => inFolder('overlay', name));
  for (const path of [lower, upper, work, on]) mkdirSync(path ?? '', { recursive: true });
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  try {
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, on ?? ''], { stdio: 'ignore' });
    execFileSync('umount', [on ?? ''], { stdio: 'ignore' });
    return 'overlayfs';
  } catch {
    return 'native';
  } finally {
    rmSync(inFolder('overlay'), { recursive: true, force: true });
  }
}

/**
 * Pods get a cable of their own to the node (the ptp plugin): every packet is routed, so conntrack sees them all.
 * On a shared bridge an answer from pod to pod would pass by, unless the kernel's br_netfilter is on.
 */
export function writePodNetwork(podCidr: string): void {
  const ipam = {
    type: 'host-local',
    ranges: [[{ subnet: podCidr }]],
    routes: [{ dst: '0.0.0.0/0' }],
    dataDir: inFolder('leases'),
  };
  const network = { cniVersion: '0.4.0', name: 'mosaic', plugins: [{ type: 'ptp', ipMasq: false, ipam }] };
  writeFileSync(inFolder('cni', '10-mosaic.conflist'), JSON.stringify(network));
}

const config = (snapshots: string): string => `version = 2
root = "${inFolder('containerd')}"
state = "${inFolder('run')}"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${inFolder('opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${imageOf('pause')}"
  # Without it every pod fails where CAP_SYS_RESOURCE is missing ("can't get final child's PID from pipe").
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI_PLUGINS}"
    conf_dir = "${inFolder('cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${snapshots}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "${FOLDER}/runc"
`;
