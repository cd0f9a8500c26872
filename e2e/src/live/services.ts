// The door that setup.ts opens: breaking real services on purpose.

/** Throws when the door says no. */
export async function service(
  deed:
    | '/kafka/restart'
    | '/cassandra/restart'
    | '/api-server/restart'
    | '/api-server/kill'
    | '/kubernetes/reader'
    | '/node/start'
    | '/node/stop'
    | '/playground/start',
): Promise<string> {
  const door = process.env.MOSAIC_SERVICES;
  if (door === undefined) throw new Error('MOSAIC_SERVICES is not set: run this with vitest.live.config.ts');
  const response = await fetch(`${door}${deed}`, { method: 'POST' });
  const text = await response.text();
  if (!response.ok) throw new Error(`${deed}: ${text}`);
  return text;
}
