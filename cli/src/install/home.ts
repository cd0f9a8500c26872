// Where credentials live: Secrets of a cluster, or a folder that only its owner may read. Values go from memory straight there.

import type { Place, Workload } from './catalogue.ts';

export type Files = Readonly<Record<string, string>>;

export interface Kept {
  readonly files: Files;
  /** Epoch ms. */
  readonly madeAt: number;
  /** What `replace` compares, so that two who rotate at once do not undo each other. */
  readonly version: string;
}

export interface Writing {
  /** Kubernetes' type: a certificate with its key has one of its own. */
  readonly isCertificate: boolean;
  /** Owner of the files, where a folder is asked to set one. */
  readonly user: number;
}

export interface Home {
  /** For people: `context prod`, `folder ./secrets`. */
  readonly where: string;
  /** What commands need to come back here: `--context prod`, `--dir ./secrets`. */
  readonly flags: string;
  read(place: Place): Promise<Kept | undefined>;
  /** False when somebody made it meanwhile: what is there counts. All files or none. */
  create(place: Place, files: Files, writing: Writing): Promise<boolean>;
  /** All files or none. Throws when it is no longer what was read. */
  replace(place: Place, files: Files, writing: Writing, read: Kept): Promise<void>;
  /** Ids of clusters whose agents have credentials here. */
  agents(): Promise<readonly number[]>;
  /** Where credentials of these agents go. */
  realmsOf(cluster: number): readonly [string, ...string[]];
  /** Where the servers' go. */
  readonly realm: string;
  /** Absent where nobody but people can: they are told what to restart. */
  readonly restart?: (workload: Workload) => Promise<'restarted' | 'not there'>;
  close(): Promise<void>;
}
