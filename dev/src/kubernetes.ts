// Kubernetes built from its published module: the programs of `kubernetes/go.mod`.

import { join } from 'node:path';
import { devFile } from './cache.ts';
import { cached, goTools, silently, type Told } from './install.ts';

export const KUBERNETES_VERSION = '1.34.2';
export const CONTROL_PLANE = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export const NODE_PROGRAMS = ['kubelet', 'kube-proxy'] as const;

/** The folder of the programs. About ten minutes cold on two cores, seconds when Go's cache has them. */
export function installKubernetes(told: Told = silently): Promise<string> {
  return installPrograms(`kubernetes-${KUBERNETES_VERSION}`, CONTROL_PLANE, told);
}

/** kubelet and kube-proxy: half a minute when the control plane was just built, which shares Go's cache. */
export function installNodePrograms(told: Told = silently): Promise<string> {
  return installPrograms(`kubernetes-node-${KUBERNETES_VERSION}`, NODE_PROGRAMS, told);
}

async function installPrograms(name: string, programs: readonly string[], told: Told): Promise<string> {
  const build = (folder: string) => goInstall(programs, join(folder, 'bin'));
  return join(await cached(name, devFile('kubernetes', 'go.sum'), build, told), 'bin');
}

async function goInstall(programs: readonly string[], bin: string): Promise<void> {
  const [major, minor] = KUBERNETES_VERSION.split('.');
  const version = 'k8s.io/component-base/version';
  const stamps = [`gitVersion=v${KUBERNETES_VERSION}`, `gitMajor=${major}`, `gitMinor=${minor}`];
  const ldflags = ['-s', '-w', ...stamps.map((stamp) => `-X ${version}.${stamp}`)].join(' ');
  const packages = programs.map((program) => `k8s.io/kubernetes/cmd/${program}`);
  await goTools(devFile('kubernetes'), bin, packages, ['-ldflags', ldflags]);
}
