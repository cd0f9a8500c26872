import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProtobuf } from './protobuf.ts';

/** Length-delimited field. */
const field = (number: number, bytes: number[] | string): number[] => {
  const content = typeof bytes === 'string' ? [...new TextEncoder().encode(bytes)] : bytes;
  const size = content.length < 128 ? [content.length] : [(content.length & 0x7f) | 0x80, content.length >> 7];
  const key = (number << 3) | 2;
  return [...(key < 128 ? [key] : [(key & 0x7f) | 0x80, key >> 7]), ...size, ...content];
};
const number = (at: number, value: number): number[] => [(at << 3) & 0xff, value];

const envelope = (apiVersion: string, kind: string, raw: number[]): Uint8Array =>
  new Uint8Array([
    0x6b,
    0x38,
    0x73,
    0,
    ...field(1, [...field(1, apiVersion), ...field(2, kind)]),
    ...field(2, raw),
    ...field(3, ''),
    ...field(4, ''),
  ]);

const metadata = (name: string): number[] =>
  field(1, [
    ...field(1, name),
    ...field(2, ''),
    ...field(8, []),
    ...field(11, [...field(1, 'app'), ...field(2, name)]),
  ]);

describe('protobuf bodies', () => {
  it('a Deployment is the JSON it stands for: zeros that nobody set are left out, set ones stay', () => {
    const container = [
      ...field(1, 'main'),
      ...field(2, 'nginx:1'),
      ...field(5, ''),
      ...field(6, [...field(1, ''), ...number(3, 80)]),
      ...field(8, []),
    ];
    const podSpec = field(2, container);
    const template = field(3, [...field(1, []), ...field(2, podSpec)]);
    const spec = [
      ...number(1, 0),
      ...field(2, field(1, [...field(1, 'app'), ...field(2, 'web')])),
      ...template,
      ...field(4, []),
      ...number(5, 0),
    ];
    expect(
      readProtobuf(envelope('apps/v1', 'Deployment', [...metadata('web'), ...field(2, spec), ...field(3, [])])),
    ).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: { spec: { containers: [{ name: 'main', image: 'nginx:1', ports: [{ containerPort: 80 }] }] } },
      },
    });
  });

  it('values of a Secret are base64, inlined sources stand in their volume', () => {
    const secret = envelope('v1', 'Secret', [
      ...metadata('s'),
      ...field(2, [...field(1, 'k'), ...field(2, [1, 2, 255])]),
      ...field(3, 'Opaque'),
    ]);
    expect(readProtobuf(secret)).toMatchObject({ data: { k: 'AQL/' }, type: 'Opaque' });
    const volume = field(1, [...field(1, 'v'), ...field(2, field(19, field(1, field(1, 'conf'))))]);
    expect(readProtobuf(envelope('v1', 'Pod', [...metadata('p'), ...field(2, volume)]))).toMatchObject({
      spec: { volumes: [{ name: 'v', configMap: { name: 'conf' } }] },
    });
  });

  it('delete options, times and ports by name or number', () => {
    expect(readProtobuf(envelope('apps/v1', 'DeleteOptions', [...number(1, 0), ...field(4, 'Orphan')]))).toMatchObject({
      gracePeriodSeconds: 0,
      propagationPolicy: 'Orphan',
    });
    const event = [...metadata('e'), ...field(7, [8, 0x80, 0x9a, 0x9e, 0xcb, 0x06])];
    expect(readProtobuf(envelope('v1', 'Event', event)).lastTimestamp).toMatch('2026-01-14T12:33:04Z');
    const port = (target: number[]) => field(2, field(1, [...number(3, 80), ...field(4, target)]));
    const read = (target: number[]) =>
      readProtobuf(envelope('v1', 'Service', [...metadata('s'), ...port(target)])).spec;
    expect(read([...number(1, 1), ...number(2, 0), ...field(3, 'http')])).toEqual({
      ports: [{ port: 80, targetPort: 'http' }],
    });
    expect(read([...number(1, 0), ...number(2, 81), ...field(3, '')])).toEqual({
      ports: [{ port: 80, targetPort: 81 }],
    });
  });

  it('bytes that are none, and kinds that are not built in, are a bad request', () => {
    expect(() => readProtobuf(new Uint8Array([1, 2, 3]))).toThrow(expect.objectContaining({ code: 400 }));
    expect(() => readProtobuf(envelope('acme.io/v1', 'Thing', []))).toThrow('send it as application/json');
  });

  it('damaged bytes are a bad request, never a crash or a hang', () => {
    const whole = envelope('v1', 'Pod', [
      ...metadata('p'),
      ...field(2, field(2, [...field(1, 'c'), ...field(2, 'i')])),
    ]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (place, byte, end) => {
        const damaged = whole.slice(0, end);
        if (place < damaged.length) damaged[place] = byte;
        try {
          readProtobuf(damaged);
        } catch (error) {
          expect(error).toMatchObject({ code: 400 });
        }
      }),
    );
  });
});
