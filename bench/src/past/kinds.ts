// Which resources a category means, as kubectl learns it from discovery.

import { builtInKinds } from '@mosaic/apiserver';

export const kindsOfCategory = (category: string): readonly string[] => [
  ...new Set(
    builtInKinds()
      .filter(({ categories = [] }) => categories.includes(category))
      .map(({ group, version, resource }) => `${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}`),
  ),
];
