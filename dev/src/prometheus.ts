// Prometheus itself, to be told by its own remote write.

import { programOf, silently, type Told } from './install.ts';

/** Path of a Prometheus; PROMETHEUS in the environment names another. Installed from Debian when missing and we may; else throws with what to do. */
export async function findPrometheus(told: Told = silently): Promise<string> {
  const given = process.env.PROMETHEUS;
  return given ? given : programOf('prometheus', 'prometheus', told);
}
