import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { testApi } from '../testing/test-api.ts';
import { storedAutoscaler, viewedAutoscaler } from './autoscaler.ts';

const utilization = (side: 'target' | 'current') =>
  fc.record({
    type: fc.constant('Resource'),
    resource: fc.record({
      name: fc.constantFrom('cpu', 'memory'),
      [side]: fc.record({ averageValue: fc.constant('1Gi') }),
    }),
  });
const cpuShare = fc.integer({ min: 1, max: 300 }).map((averageUtilization) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
}));

/** As stored: the share of cpu first, as kubectl writes it. */
const autoscalers = fc
  .record({
    cpu: fc.option(cpuShare, { nil: undefined }),
    others: fc.array(utilization('target'), { maxLength: 3 }),
    behavior: fc.option(fc.constant({ scaleDown: { stabilizationWindowSeconds: 60 } }), { nil: undefined }),
    conditions: fc.array(fc.record({ type: fc.string(), status: fc.constant('True') }), { minLength: 1, maxLength: 2 }),
    annotations: fc.option(fc.constant({ owner: 'me' }), { nil: undefined }),
    replicas: fc.option(fc.constant({ currentReplicas: 2 }), { nil: {} }),
  })
  .map(({ cpu, others, behavior, conditions, annotations, replicas }): Json => {
    const metrics = [...(cpu === undefined ? [] : [cpu]), ...others];
    return {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'a', ...(annotations === undefined ? {} : { annotations }) },
      spec: {
        maxReplicas: 5,
        ...(metrics.length === 0 ? {} : { metrics }),
        ...(behavior === undefined ? {} : { behavior }),
      },
      status: { ...replicas, desiredReplicas: 2, conditions },
    };
  });

describe('autoscaling/v1', () => {
  it('loses nothing of what v2 keeps, there and back', () => {
    fc.assert(
      fc.property(autoscalers, (hpa) => {
        expect(storedAutoscaler(viewedAutoscaler(hpa))).toEqual(hpa);
      }),
    );
  });

  it('has a count of replicas before there is one', () => {
    const hpa = { metadata: { name: 'a' }, spec: { maxReplicas: 1 }, status: { desiredReplicas: 0 } };
    expect(viewedAutoscaler(hpa).status).toEqual({ currentReplicas: 0, desiredReplicas: 0 });
  });

  it('passes over annotations that somebody else wrote under its names', () => {
    const annotations = {
      'autoscaling.alpha.kubernetes.io/metrics': '{not json',
      'autoscaling.alpha.kubernetes.io/behavior': '7',
      'autoscaling.alpha.kubernetes.io/conditions': '["x", null]',
    };
    const kept = storedAutoscaler({ metadata: { name: 'a', annotations }, spec: { maxReplicas: 1 } });
    expect(kept).toEqual({ apiVersion: 'autoscaling/v2', metadata: { name: 'a' }, spec: { maxReplicas: 1 } });
  });

  it('creates, patches and shows the same object as v2', async () => {
    const api = await testApi();
    const [one, two] = ['v1', 'v2'].map(
      (version) => `/apis/autoscaling/${version}/namespaces/shop/horizontalpodautoscalers`,
    );
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const created = await api.send('POST', `${one}`, {
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 60 },
    });
    expect(created.code).toBe(201);
    expect(created.body).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { targetCPUUtilizationPercentage: 60, minReplicas: 1 },
    });
    expect((await api.patch(`${one}/web`, 'merge', { spec: { targetCPUUtilizationPercentage: 70 } })).code).toBe(200);
    const { body } = await api.get(`${two}/web`);
    expect(body).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { metrics: [{ resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }] },
    });
    const list = await api.get(`${one}`);
    await api.close();
    expect(list.body).toMatchObject({
      apiVersion: 'autoscaling/v1',
      items: [{ spec: { targetCPUUtilizationPercentage: 70 } }],
    });
  });
});
