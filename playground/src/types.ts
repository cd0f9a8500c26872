// Typed views of the built-in kinds: only what the controllers read or write. Objects are JSON; `world.get` is where they get these types.

import type { KubeObject, ObjectMeta } from '@mosaic/apiserver';

export type Labels = Readonly<Record<string, string>>;
type Maybe<T> = T | undefined;

export interface LabelSelector {
  readonly matchLabels?: Maybe<Labels>;
  readonly matchExpressions?: Maybe<
    readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
  >;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: Maybe<string>;
  readonly message?: Maybe<string>;
  readonly lastTransitionTime?: Maybe<string>;
  readonly lastUpdateTime?: Maybe<string>;
  readonly lastHeartbeatTime?: Maybe<string>;
  readonly lastProbeTime?: Maybe<string | null>;
}

interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: Maybe<boolean>;
}
export interface EnvVar {
  readonly name: string;
  readonly value?: Maybe<string>;
  readonly valueFrom?: Maybe<{ readonly configMapKeyRef?: Maybe<KeyRef>; readonly secretKeyRef?: Maybe<KeyRef> }>;
}
export interface Probe {
  readonly periodSeconds?: Maybe<number>;
  readonly initialDelaySeconds?: Maybe<number>;
  readonly httpGet?: Maybe<{ readonly path?: string; readonly port: number | string }>;
  readonly [field: string]: unknown;
}
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: Maybe<readonly EnvVar[]>;
  readonly envFrom?: Maybe<
    readonly {
      readonly configMapRef?: Maybe<{ readonly name: string; readonly optional?: boolean }>;
      readonly secretRef?: Maybe<{ readonly name: string; readonly optional?: boolean }>;
    }[]
  >;
  readonly args?: Maybe<readonly string[]>;
  readonly command?: Maybe<readonly string[]>;
  readonly ports?: Maybe<
    readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
  >;
  readonly resources?: Maybe<{ readonly requests?: Maybe<Labels>; readonly limits?: Maybe<Labels> }>;
  readonly readinessProbe?: Maybe<Probe>;
  readonly livenessProbe?: Maybe<Probe>;
  readonly [field: string]: unknown;
}
export interface Volume {
  readonly name: string;
  readonly configMap?: Maybe<{ readonly name: string; readonly optional?: boolean }>;
  readonly secret?: Maybe<{ readonly secretName: string; readonly optional?: boolean }>;
  readonly persistentVolumeClaim?: Maybe<{ readonly claimName: string }>;
  readonly [field: string]: unknown;
}
export interface Toleration {
  readonly key?: Maybe<string>;
  readonly operator?: Maybe<string>;
  readonly value?: Maybe<string>;
  readonly effect?: Maybe<string>;
  readonly tolerationSeconds?: Maybe<number>;
}
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: Maybe<readonly Container[]>;
  readonly volumes?: Maybe<readonly Volume[]>;
  readonly nodeName?: Maybe<string>;
  readonly nodeSelector?: Maybe<Labels>;
  readonly tolerations?: Maybe<readonly Toleration[]>;
  readonly restartPolicy?: Maybe<string>;
  readonly terminationGracePeriodSeconds?: Maybe<number>;
  readonly hostNetwork?: Maybe<boolean>;
  readonly affinity?: unknown;
  readonly [field: string]: unknown;
}
export interface PodTemplate {
  readonly metadata?: Maybe<{ readonly labels?: Maybe<Labels>; readonly annotations?: Maybe<Labels> }>;
  readonly spec: PodSpec;
}

export interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: Maybe<string>;
  readonly startedAt?: Maybe<string>;
  readonly finishedAt: string;
  readonly containerID?: Maybe<string>;
}
export interface ContainerStateView {
  readonly running?: Maybe<{ readonly startedAt: string }>;
  readonly waiting?: Maybe<{ readonly reason: string; readonly message?: Maybe<string> }>;
  readonly terminated?: Maybe<Terminated>;
}
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: Maybe<string>;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerStateView;
  readonly lastState: ContainerStateView;
}
export interface PodStatus {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly conditions?: Maybe<readonly Condition[]>;
  readonly containerStatuses?: Maybe<readonly ContainerStatus[]>;
  readonly initContainerStatuses?: Maybe<readonly ContainerStatus[]>;
  readonly hostIP?: Maybe<string>;
  readonly podIP?: Maybe<string>;
  readonly startTime?: Maybe<string>;
  readonly qosClass?: Maybe<string>;
  readonly reason?: Maybe<string>;
  readonly message?: Maybe<string>;
  readonly [field: string]: unknown;
}
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status: PodStatus;
}

export interface ReplicaSet extends KubeObject {
  readonly spec: { readonly replicas: number; readonly selector: LabelSelector; readonly template: PodTemplate };
  readonly status: {
    readonly replicas: number;
    readonly readyReplicas?: Maybe<number>;
    readonly availableReplicas?: Maybe<number>;
    readonly observedGeneration?: Maybe<number>;
    readonly [field: string]: unknown;
  };
}
export interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly paused?: Maybe<boolean>;
    readonly progressDeadlineSeconds?: Maybe<number>;
    readonly revisionHistoryLimit?: Maybe<number>;
    readonly strategy: {
      readonly type: string;
      readonly rollingUpdate?: Maybe<{
        readonly maxSurge?: number | string;
        readonly maxUnavailable?: number | string;
      }>;
    };
  };
  readonly status: { readonly conditions?: Maybe<readonly Condition[]>; readonly [field: string]: unknown };
}
export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly revisionHistoryLimit?: Maybe<number>;
    readonly serviceName: string;
    readonly podManagementPolicy?: Maybe<string>;
    readonly updateStrategy?: Maybe<{
      readonly type?: Maybe<string>;
      readonly rollingUpdate?: Maybe<{ readonly partition?: number }>;
    }>;
    readonly volumeClaimTemplates?: Maybe<readonly KubeObject[]>;
  };
  readonly status: { readonly currentRevision?: Maybe<string>; readonly [field: string]: unknown };
}
export interface DaemonSet extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly revisionHistoryLimit?: Maybe<number>;
  };
  readonly status: { readonly [field: string]: unknown };
}
export interface Job extends KubeObject {
  readonly spec: {
    readonly completions?: Maybe<number>;
    readonly parallelism?: Maybe<number>;
    readonly backoffLimit?: Maybe<number>;
    readonly suspend?: Maybe<boolean>;
    readonly ttlSecondsAfterFinished?: Maybe<number>;
    readonly template: PodTemplate;
    readonly [field: string]: unknown;
  };
  readonly status: {
    readonly conditions?: Maybe<readonly Condition[]>;
    readonly startTime?: Maybe<string>;
    readonly succeeded?: Maybe<number>;
    readonly failed?: Maybe<number>;
    readonly [field: string]: unknown;
  };
}
/** A template that a StatefulSet or DaemonSet had. */
export interface Revision extends KubeObject {
  readonly data: unknown;
  readonly revision: number;
}
export interface CronJob extends KubeObject {
  readonly spec: {
    readonly schedule: string;
    readonly suspend?: Maybe<boolean>;
    readonly concurrencyPolicy?: Maybe<string>;
    readonly successfulJobsHistoryLimit?: Maybe<number>;
    readonly failedJobsHistoryLimit?: Maybe<number>;
    readonly jobTemplate: {
      readonly metadata?: Maybe<{ readonly labels?: Maybe<Labels>; readonly annotations?: Maybe<Labels> }>;
      readonly spec: Job['spec'];
    };
  };
  readonly status: {
    readonly lastScheduleTime?: Maybe<string>;
    readonly active?: Maybe<readonly unknown[]>;
    readonly [field: string]: unknown;
  };
}
export interface ServicePort {
  readonly name?: Maybe<string>;
  readonly port: number;
  readonly protocol?: Maybe<string>;
  readonly targetPort?: Maybe<number | string>;
  readonly nodePort?: Maybe<number>;
}
export interface Service extends KubeObject {
  readonly spec: {
    readonly selector?: Maybe<Labels>;
    readonly ports?: Maybe<readonly ServicePort[]>;
    readonly clusterIP?: Maybe<string>;
    readonly type?: Maybe<string>;
    readonly [field: string]: unknown;
  };
}
export interface Taint {
  readonly key: string;
  readonly value?: Maybe<string>;
  readonly effect: string;
  readonly timeAdded?: Maybe<string>;
}
export interface Node extends KubeObject {
  readonly spec: {
    readonly unschedulable?: Maybe<boolean>;
    readonly taints?: Maybe<readonly Taint[]>;
    readonly podCIDR?: Maybe<string>;
    readonly [field: string]: unknown;
  };
  readonly status: {
    readonly conditions: readonly Condition[];
    readonly allocatable: Labels;
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
    readonly [field: string]: unknown;
  };
}
export interface ConfigMap extends KubeObject {
  readonly data?: Maybe<Labels>;
}
export interface Claim extends KubeObject {
  readonly spec: {
    readonly volumeName?: Maybe<string>;
    readonly storageClassName?: Maybe<string>;
    readonly accessModes?: Maybe<readonly string[]>;
    readonly resources?: Maybe<{ readonly requests?: Maybe<Labels> }>;
    readonly [field: string]: unknown;
  };
  readonly status?: Maybe<{ readonly phase?: Maybe<string>; readonly [field: string]: unknown }>;
}
export interface Autoscaler extends KubeObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: Maybe<number>;
    readonly maxReplicas: number;
    readonly [field: string]: unknown;
  };
  readonly status: {
    readonly currentReplicas?: Maybe<number>;
    readonly desiredReplicas?: Maybe<number>;
    readonly [field: string]: unknown;
  };
}
export interface DisruptionBudget extends KubeObject {
  readonly spec: {
    readonly selector?: Maybe<LabelSelector>;
    readonly minAvailable?: Maybe<number | string>;
    readonly maxUnavailable?: Maybe<number | string>;
  };
}
export interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly singular?: Maybe<string>;
      readonly shortNames?: Maybe<readonly string[]>;
      readonly categories?: Maybe<readonly string[]>;
    };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly schema?: Maybe<{ readonly openAPIV3Schema?: unknown }>;
      readonly subresources?: Maybe<Readonly<Record<string, unknown>>>;
      readonly additionalPrinterColumns?: Maybe<
        readonly {
          readonly name: string;
          readonly type: string;
          readonly jsonPath: string;
          readonly priority?: number;
        }[]
      >;
    }[];
  };
}

/** Keys of the world's tables to what they hold. */
export interface Views {
  readonly Pod: Pod;
  readonly ReplicaSet: ReplicaSet;
  readonly Deployment: Deployment;
  readonly StatefulSet: StatefulSet;
  readonly DaemonSet: DaemonSet;
  readonly ControllerRevision: Revision;
  readonly Job: Job;
  readonly CronJob: CronJob;
  readonly Service: Service;
  readonly Node: Node;
  readonly ConfigMap: ConfigMap;
  readonly Secret: ConfigMap;
  readonly PersistentVolumeClaim: Claim;
  readonly HorizontalPodAutoscaler: Autoscaler;
  readonly PodDisruptionBudget: DisruptionBudget;
  readonly CustomResourceDefinition: Definition;
}
export type View<K extends string> = K extends keyof Views ? Views[K] : KubeObject;

/** An object that is not stored yet: the world gives it uid, version and times. */
export interface Draft {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<ObjectMeta> & { readonly name: string };
  readonly [field: string]: unknown;
}
