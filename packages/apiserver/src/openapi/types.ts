// What the main fields of the built-in kinds mean, in our words, for `kubectl explain`.

export interface Described {
  readonly about: string;
  /** Field → its type (see `fieldSchema`) and meaning. */
  readonly fields: Readonly<Record<string, readonly [type: string, about: string]>>;
  readonly required?: readonly string[];
}

export const TYPES: Readonly<Record<string, Described>> = {
  ObjectMeta: {
    about: 'What every object has.',
    fields: {
      name: ['string', 'Unique within its namespace and kind; it cannot be changed.'],
      namespace: ['string', 'The space the name is unique in.'],
      labels: ['map', 'Words to select objects by.'],
      annotations: ['map', 'Notes that tools leave; nothing selects by them.'],
      uid: ['string', 'Unique in time and space: a later object of the same name has another.'],
      resourceVersion: ['string', 'Changes with every write; clients compare it, nothing more.'],
      generation: ['integer', 'Counts changes of what is wanted.'],
      generateName: ['string', 'A prefix: the server adds a random suffix when no name is given.'],
      creationTimestamp: ['time', 'When the object was created.'],
      deletionTimestamp: ['time', 'When its deletion was asked for; finalizers may still hold it.'],
      finalizers: ['string[]', 'Who must agree before the object is removed.'],
      ownerReferences: ['object[]', 'Objects this one belongs to and goes with.'],
      managedFields: ['object[]', 'Which manager set which fields.'],
    },
  },
};

export const KIND_FIELDS: Readonly<Record<string, Described>> = {};
