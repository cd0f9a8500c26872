// What storage costs, and setting how long it is kept; the answer of setting is the new state.

import type { StorageAnswer } from '@mosaic/wire';
import type { Questions } from '../api/questions.ts';
import type { RetentionPatch } from '../pages/storage/budget.ts';
import { Resource } from './resource.svelte.ts';

export class StorageDesk {
  readonly #asked: Pick<Questions, 'storage' | 'retain'>;
  readonly #read = new Resource<StorageAnswer>();
  #set = $state.raw<StorageAnswer | undefined>(undefined);
  #turn = 0;
  #isSaving = $state(false);
  #saveError = $state.raw<unknown>(undefined);

  constructor(asked: Pick<Questions, 'storage' | 'retain'>) {
    this.#asked = asked;
  }

  get answer(): StorageAnswer | undefined {
    return this.#set ?? this.#read.value;
  }
  get error(): unknown {
    return this.#read.error;
  }
  get isSaving(): boolean {
    return this.#isSaving;
  }
  get saveError(): unknown {
    return this.#saveError;
  }

  /** Asks when `turn` is a new one. */
  load(turn: number): void {
    if (turn !== this.#turn) this.#set = undefined;
    this.#turn = turn;
    this.#read.load(String(turn), (signal) => this.#asked.storage(signal));
  }

  again(): void {
    this.#read.again();
  }

  /** True when it is in force. */
  async save(patch: RetentionPatch): Promise<boolean> {
    this.#isSaving = true;
    this.#saveError = undefined;
    try {
      this.#set = await this.#asked.retain(patch);
      return true;
    } catch (error) {
      this.#saveError = error;
      return false;
    } finally {
      this.#isSaving = false;
    }
  }
}
