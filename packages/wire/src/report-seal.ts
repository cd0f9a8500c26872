// The seal at the end of an audit report: what is signed, by whom. Its text is one for one seal, so that any other byte in it is found.

import {
  partText,
  REPORT_SECTIONS,
  REPORT_VERSION,
  type ReportFormat,
  type ReportPart,
  type ReportSeal,
} from './report.ts';

const BEGINS: Readonly<Record<ReportFormat, string>> = { html: '<footer id="seal">', csv: 'seal,', json: '"seal":' };

/** From here to the end of the file. */
export function sealText(format: ReportFormat, seal: ReportSeal): string {
  const { keyId, publicKey, parts, signature } = seal;
  if (format === 'csv')
    return `${BEGINS.csv}${REPORT_VERSION},Ed25519,${keyId},${publicKey},${signature},${parts.map(partText).join(';')}\r\n`;
  if (format === 'json')
    return `${BEGINS.json}${JSON.stringify({ version: REPORT_VERSION, algorithm: 'Ed25519', keyId, publicKey, parts: parts.map(ordered), signature })}}\n`;
  return [
    `${BEGINS.html}<h2>Signature</h2>`,
    `<p>Report ${REPORT_VERSION}, Ed25519. Everything above is in the sections below, byte for byte; the signature is over their list. Check it: <code>mosaic report verify FILE</code></p>`,
    `<dl><dt>Key</dt><dd>${keyId}</dd><dt>Public key</dt><dd>${publicKey}</dd><dt>Signature</dt><dd>${signature}</dd></dl>`,
    `<pre>${parts.map(partText).join('\n')}</pre>`,
    '</footer></body></html>\n',
  ].join('\n');
}

const ordered = ({ section, bytes, rows, sha256 }: ReportPart): ReportPart => ({ section, bytes, rows, sha256 });

export interface FoundSeal {
  readonly format: ReportFormat;
  readonly seal: ReportSeal;
  /** Its text, with which the file ends. */
  readonly text: string;
}

const HASH = '[0-9a-f]{64}';
const PART = new RegExp(`^(\\w+) (\\d{1,15}) (\\d{1,12}) (${HASH})$`);
const BASE64 = '[A-Za-z0-9+/]{1,200}={0,2}';

/** The seal that `end`, the end of a file, ends with; undefined when it ends otherwise, by a single byte. */
export function readSeal(end: string): FoundSeal | undefined {
  for (const [format, begins] of Object.entries(BEGINS) as [ReportFormat, string][]) {
    const from = end.lastIndexOf(`\n${begins}`) + 1;
    if (from === 0) continue;
    const text = end.slice(from);
    const seal = format === 'json' ? jsonSeal(text) : textSeal(format, text);
    if (seal !== undefined && sealText(format, seal) === text) return { format, seal, text };
  }
  return undefined;
}

function jsonSeal(text: string): ReportSeal | undefined {
  try {
    const { keyId, publicKey, parts, signature } = JSON.parse(text.slice(BEGINS.json.length, -2)) as ReportSeal; // proven by writing it again
    const told = partsIn(parts.map(partText));
    return told && { keyId: String(keyId), publicKey: String(publicKey), parts: told, signature: String(signature) };
  } catch {
    return undefined;
  }
}

const CSV = new RegExp(`^seal,\\d+,Ed25519,(\\w+),(${BASE64}),(${BASE64}),(.*)\r\n$`);
const HTML = new RegExp(
  `<dt>Key</dt><dd>(\\w+)</dd><dt>Public key</dt><dd>(${BASE64})</dd><dt>Signature</dt><dd>(${BASE64})</dd></dl>\n<pre>([^<]*)</pre>`,
);

function textSeal(format: 'html' | 'csv', text: string): ReportSeal | undefined {
  const [, keyId, publicKey, signature, list] = (format === 'csv' ? CSV : HTML).exec(text) ?? [];
  const parts = partsIn(list?.split(format === 'csv' ? ';' : '\n') ?? []);
  if (keyId === undefined || publicKey === undefined || signature === undefined || parts === undefined)
    return undefined;
  return { keyId, publicKey, parts, signature };
}

/** Every section once, in order. */
function partsIn(lines: readonly string[]): readonly ReportPart[] | undefined {
  const parts = lines.flatMap((line, i) => {
    const [, name, bytes = '', rows = '', sha256 = ''] = PART.exec(line) ?? [];
    const section = REPORT_SECTIONS[i];
    return section === undefined || section !== name
      ? []
      : [{ section, bytes: Number(bytes), rows: Number(rows), sha256 }];
  });
  return parts.length === REPORT_SECTIONS.length && lines.length === parts.length ? parts : undefined;
}
