// Certificates made and asked for. The library behind costs 30 ms and 10 MB: it is loaded by who makes one, when it does.

export type { Asked as CertificateAsked, KeyPair, Lasting } from './authority.ts';

/** `issue`, `makeAuthority`, `makeRequest` and the like. */
export const x509 = async () => ({ ...(await import('./authority.ts')), ...(await import('./request.ts')) });
