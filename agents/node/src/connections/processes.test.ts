import { describe, expect, test } from 'vitest';
import { belongsOf } from './processes.ts';
import { recorded } from './testing.ts';

const UID = '8c915311-f215-4327-b1d7-c31f183696cb';
const UNDERSCORED = UID.replaceAll('-', '_');
const ID = '48572a9469f18d96093e164ad94909759d0c05bc9f6ec699e1074dbd8f747383';
const OTHER = '90e2efa712706aeccb750e702434e130c4482688c8384945afd676a47b428988';
const STATIC = '0f6b4a2f1c3d5e7f8091a2b3c4d5e6f7';

describe('whose a process is', () => {
  test.each([
    ['cgroupfs, v1', `3:cpuset:/kubepods/besteffort/pod${UID}/${ID}`],
    ['cgroupfs, v2', `0::/kubepods/burstable/pod${UID}/${ID}`],
    ['guaranteed', `0::/kubepods/pod${UID}/${ID}`],
    [
      'systemd and containerd',
      `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`,
    ],
    ['systemd, guaranteed', `0::/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`],
    [
      'CRI-O',
      `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UNDERSCORED}.slice/crio-${ID}.scope/container`,
    ],
    [
      'CRI-O’s monitor beside it',
      `0::/kubepods.slice/kubepods-burstable-pod${UNDERSCORED}.slice/crio-conmon-${ID}.scope`,
    ],
    ['Docker', `11:memory:/kubepods.slice/kubepods-pod${UNDERSCORED}.slice/docker-${ID}.scope`],
    [
      'containerd without a systemd driver',
      `1:name=systemd:/system.slice/containerd.service/kubepods-besteffort-pod${UNDERSCORED}.slice:cri-containerd:${ID}`,
    ],
    [
      'seen from a cgroup namespace',
      `0::/../../kubepods-besteffort-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`,
    ],
    ['a process of its own below the container', `0::/kubepods/pod${UID}/${ID}/app/worker`],
    [
      'a node that is a container',
      `0::/docker/${OTHER}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${UNDERSCORED}.slice/cri-containerd-${ID}.scope`,
    ],
    [
      'a cluster within a pod',
      `0::/kubepods/podaaaaaaaa-f215-4327-b1d7-c31f183696cb/${OTHER}/kubepods/pod${UID}/${ID}`,
    ],
    [
      'v1 with its pod in some hierarchies only',
      `12:rdma:/\n5:cpu,cpuacct:/kubepods/pod${UID}/${ID}\n0::/system.slice/x.service`,
    ],
  ])('%s', (_, text) => {
    expect(belongsOf(text)).toEqual({ podUid: UID, container: ID });
  });

  test('a static pod is known by the hash of its manifest', () => {
    expect(belongsOf(`0::/kubepods/burstable/pod${STATIC}/${ID}`)).toEqual({ podUid: STATIC, container: ID });
  });

  test.each([
    ['the machine', '0::/'],
    ['a service', '0::/system.slice/kubelet.service'],
    ['a container of no pod', `0::/docker/${ID}`],
    ['a name that only looks like one', '0::/kubepods/podcast/worker'],
    ['nothing', ''],
  ])('%s is no pod’s', (_, text) => {
    expect(belongsOf(text)).toEqual({});
  });

  test('the recorded ones', () => {
    expect(belongsOf(recorded('proc/2732/cgroup')).podUid).toBe(UID);
    expect(belongsOf(recorded('proc/2770/cgroup')).container).not.toBe(
      belongsOf(recorded('proc/2732/cgroup')).container,
    );
    expect(belongsOf(recorded('proc/2630/cgroup'))).toEqual({});
    expect(belongsOf(recorded('proc/1911/cgroup'))).toEqual({});
  });
});
