// What a process shows to Kafka, as it is now: a mounted Secret changes under a process that runs.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** PEM. */
export interface ClientCertificate {
  /** PKCS#8. */
  readonly key: string;
  /** Its own, then what leads to the authority. */
  readonly certificate: string;
  readonly trusted: string;
}

export interface Mounted {
  readonly KAFKA_CA?: string | undefined;
  readonly KAFKA_CERT?: string | undefined;
  readonly KAFKA_KEY?: string | undefined;
}

/** Undefined when the settings name none, or the files do not fit each other: they are being written. Throws when they cannot be read. */
export async function mountedCertificate({
  KAFKA_CA,
  KAFKA_CERT,
  KAFKA_KEY,
}: Mounted): Promise<ClientCertificate | undefined> {
  if (KAFKA_CA === undefined || KAFKA_CERT === undefined || KAFKA_KEY === undefined) return undefined;
  const [trusted, certificate, key] = await Promise.all(
    [KAFKA_CA, KAFKA_CERT, KAFKA_KEY].map((path) => readFile(path, 'utf8')),
  );
  const found = { key: key ?? '', certificate: certificate ?? '', trusted: trusted ?? '' };
  return fits(found) ? found : undefined;
}

/** Whether the key is the certificate's. */
export function fits({ key, certificate }: ClientCertificate): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Epoch ms. */
export function lifeOf({ certificate }: Pick<ClientCertificate, 'certificate'>): {
  readonly from: number;
  readonly until: number;
} {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return { from: validFromDate.getTime(), until: validToDate.getTime() };
}

export interface Watching {
  /** Undefined: not to be had just now. */
  readonly read: () => Promise<ClientCertificate | undefined>;
  readonly everyMs: number;
  /** Told one after the other. What it throws is told to `onTrouble`, and tried again at the next look. */
  readonly renewed: (now: ClientCertificate) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}

/** Looks now and then whether it is another than `first`. */
export function whenRenewed(first: ClientCertificate | undefined, { read, everyMs, renewed, onTrouble }: Watching) {
  let known = first;
  let isBusy = false;
  const look = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      const now = await read();
      if (now === undefined || (now.certificate === known?.certificate && now.trusted === known.trusted)) return;
      await renewed(now);
      known = now;
    } catch (error) {
      onTrouble(error);
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(look, everyMs);
  return { look, stop: () => clearInterval(timer) };
}
