import { generateKeyPairSync } from 'node:crypto';
import type { Manifest } from '@mosaic/kat';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanObject, revisionHash } from './clean.ts';
import { hideIn, MARK, namesCredential } from './patterns.ts';
import { LAST_APPLIED, redactor } from './redact.ts';

const redact = redactor('key');
const of = (kind: string, more: object, metadata: object = {}): Manifest =>
  ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'x', uid: 'u', resourceVersion: '1', ...metadata },
    ...more,
  }) as Manifest; // as JSON comes
const sent = (object: Manifest): string => JSON.stringify(cleanObject(object, redact));
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const podWith = (container: object): Manifest => of('Pod', { spec: { containers: [{ name: 'main', ...container }] } });

/** Long and odd enough not to stand in a manifest by chance. */
const secrets = fc.stringMatching(/^[A-Za-z0-9+_-]{16,40}$/).map((text) => `zQ9${text}`);

describe('redaction', () => {
  it('leaves nothing of a Secret but its keys, wherever the payload stands', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.constantFrom('data', 'stringData'),
        fc.constantFrom('Opaque', 'helm.sh/release.v1', 'kubernetes.io/tls'),
        (secret, field, type) => {
          const applied = JSON.stringify({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'x' },
            data: { password: base64(secret) },
            stringData: { other: secret },
          });
          const text = sent(
            of(
              'Secret',
              { type, [field]: { password: base64(secret), plain: secret } },
              { annotations: { [LAST_APPLIED]: applied, note: 'kept' } },
            ),
          );
          expect(text).not.toContain(secret);
          expect(text).not.toContain(base64(secret));
          expect(text).toContain('"password"');
          expect(text).toContain('kept');
        },
      ),
    );
  });

  it('hides what looks like a credential in env, arguments, annotations, ConfigMaps and custom objects', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const hiding = [
          podWith({
            env: [
              { name: 'DB_PASSWORD', value: secret },
              { name: 'apiKey', value: secret },
            ],
          }),
          podWith({ env: [{ name: 'DSN', value: `postgres://app:${secret}@db.shop/x` }] }),
          podWith({ env: [{ name: 'OPTS', value: `-Duser=app -Ddb.password=${secret} -Dx=1` }] }),
          podWith({ args: [`--token=${secret}`] }),
          podWith({ args: ['--client-secret', secret] }),
          podWith({ command: ['sh', '-c', `export API_KEY="${secret}" && run`] }),
          podWith({ command: ['curl', '-H', `Authorization: Bearer ${secret}`] }),
          of('ConfigMap', { data: { 'app.properties': `host=db\nspring.datasource.password=${secret}\n` } }),
          of('ConfigMap', { data: { 'app.yaml': `db:\n  password: '${secret}'\n  host: db\n` } }),
          of('ConfigMap', { data: { 'app.json': JSON.stringify({ db: { password: secret } }) } }),
          of('ConfigMap', { data: { password: secret } }),
          of('Widget', { spec: { deep: [{ clientSecret: secret }] } }),
          of('Deployment', {
            spec: {
              template: {
                metadata: { annotations: { 'x/token': secret } },
                spec: { containers: [{ env: [{ name: 'TOKEN', value: secret }] }] },
              },
            },
          }),
          of('Service', {}, { annotations: { 'x/api-key': secret } }),
          of('Service', {}, { annotations: { [LAST_APPLIED]: `{"broken ${secret}` } }),
          of(
            'Deployment',
            {},
            {
              annotations: {
                [LAST_APPLIED]: JSON.stringify({
                  kind: 'Deployment',
                  metadata: {},
                  spec: { env: [{ name: 'A_TOKEN', value: secret }] },
                }),
              },
            },
          ),
        ];
        for (const object of hiding) expect(sent(object)).not.toContain(secret);
      }),
    );
  });

  it('leaves what kubectl applied as it stands, to the letter, and hides only what is secret in it', () => {
    const applied = (value: string): string =>
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"note":"a \\u003c b"},"name":"x"},"data":{"a":"${value}"}}\n`;
    const told = (annotation: string): unknown =>
      cleanObject(of('ConfigMap', {}, { annotations: { [LAST_APPLIED]: annotation } }), redact).metadata.annotations?.[
        LAST_APPLIED
      ];
    expect(told(applied('1 \\u0026 2'))).toBe(applied('1 \\u0026 2'));
    const secret = `AKIA${'I'.repeat(16)}`;
    expect(told(applied(secret))).toMatch(/"annotations":{"note":"a \\u003c b"},"name":"x"},"data":{"a":".+"}}\n$/);
    expect(told(applied(secret))).not.toContain(secret);
    const within = applied('1').replace('"note":"a \\u003c b"', `"${LAST_APPLIED}":"hunter2","x/api-key":"hunter3"`);
    expect(told(within)).not.toMatch(/hunter/);
    expect(told(applied('1').replace('"data"', `"data":{"password":"hunter2"},"data"`))).not.toContain('hunter2');
  });

  it.each([
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_0123456789abcdefghijABCDEFGHIJ012345',
    'xoxb-123456789012-abcdefghij',
    `-----BEGIN RSA PRIVATE KEY-----\nMIIEow${'A'.repeat(100)}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\nMIIEow${'B'.repeat(100)}`,
  ])('knows a credential by its shape: %s', (secret) => {
    expect(sent(podWith({ env: [{ name: 'HARMLESS', value: `x ${secret} y` }] }))).not.toContain(secret.slice(-40));
  });

  it('keeps what only sounds like one', () => {
    const kept = podWith({
      env: [
        { name: 'TOKEN_URL', value: 'http://auth.shop:8080/token' },
        { name: 'DB_PASSWORD_FILE', value: '/run/secrets/db' },
        { name: 'DB_PASSWORD', value: '$(OTHER)' },
        { name: 'DB_PASS', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      ],
      args: ['--token-file=/var/run/token', '--secret-name', 'db'],
    });
    const object = {
      ...kept,
      spec: { ...(kept.spec as object), automountServiceAccountToken: true, imagePullSecrets: [{ name: 'registry' }] },
    };
    expect(redact.manifest(object)).toEqual(object);
    expect(namesCredential('serviceAccountName')).toBe(false);
  });

  it('shows that a secret changed, and under another key nothing that could be compared', () => {
    const secret = (value: string): Manifest => of('Secret', { data: { password: base64(value) } });
    expect(sent(secret('a'))).toBe(sent(secret('a')));
    expect(revisionHash(cleanObject(secret('a'), redact))).not.toBe(revisionHash(cleanObject(secret('b'), redact)));
    expect(JSON.stringify(redactor('other').manifest(secret('a')))).not.toBe(
      JSON.stringify(redact.manifest(secret('a'))),
    );
  });

  it('is the same when done twice', () => {
    const once = redact.manifest(
      podWith({
        env: [
          { name: 'DB_PASSWORD', value: 'hunter2hunter2' },
          { name: 'U', value: 'amqp://a:bcdefg@q/' },
        ],
      }),
    );
    expect(redact.manifest(once)).toEqual(once);
    expect(JSON.stringify(once)).toContain(MARK);
  });

  it('does not change the manifest it is given, and shares what holds no secret', () => {
    const object = podWith({ env: [{ name: 'A', value: 'b' }] });
    const frozen = JSON.stringify(object);
    expect(redact.manifest(object).spec).toBe(object.spec);
    expect(JSON.stringify(object)).toBe(frozen);
  });

  it('takes no longer than linear time on hostile text', () => {
    const began = performance.now();
    for (const text of [
      'password'.repeat(20_000),
      'a'.repeat(500_000),
      `${'-'.repeat(100_000)}token `,
      'eyJ'.repeat(30_000),
      '://a:'.repeat(30_000),
      'secret=\\"'.repeat(20_000),
    ]) {
      hideIn(text, () => 'x');
    }
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  it('never fails, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('Pod', 'Secret', 'ConfigMap', 'Widget'), (value, kind) => {
        expect(
          typeof sent(of(kind, { spec: value, data: value, stringData: value }, { annotations: { a: 'b' } })),
        ).toBe('string');
      }),
    );
  });

  it('says of a certificate when it ends, and never the key', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = base64(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const text = sent(
      of('Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': base64(CERTIFICATE), 'tls.key': key } }),
    );
    expect(text).not.toContain(key);
    expect(text).not.toContain(base64(CERTIFICATE));
    expect(text).toContain('shop.test');
    expect(text).toMatch(/notAfter\\":\\"2126-/);
  });
});

/** Self-signed for shop.test, made for this test alone. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBVTCCAQegAwIBAgIUGPwObBtcr4hYhOuVNxyDXHVssAYwBQYDK2VwMBQxEjAQ
BgNVBAMMCXNob3AudGVzdDAgFw0yNjExMjEwMTM2NDVaGA8yMTI2MTAyODAxMzY0
NVowFDESMBAGA1UEAwwJc2hvcC50ZXN0MCowBQYDK2VwAyEA2j8c7l0GK0vdDda1
5Q0ovBoP+L+l/FenAsDbxHQhnl6jaTBnMB0GA1UdDgQWBBScEY0gEHDDPYPeJIDs
+d+7nY83izAfBgNVHSMEGDAWgBScEY0gEHDDPYPeJIDs+d+7nY83izAPBgNVHRMB
Af8EBTADAQH/MBQGA1UdEQQNMAuCCXNob3AudGVzdDAFBgMrZXADQQBFQJEU/zaC
wetCm5SHYop4nyo/j0Z00c8BysKzRGrO+xBsOQqZ+nFxWn0pHv7KiQtz6r4xMSLe
+ssCS7PENI0I
-----END CERTIFICATE-----
`;
