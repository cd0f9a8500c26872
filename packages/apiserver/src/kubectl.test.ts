import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectlAt, kubectlIsHere } from './testing/kubectl.ts';
import { deployment, plant, pod, type TestApi, testApi } from './testing/test-api.ts';

it.runIf(process.env.CI === 'true')('kubectl is there to be tested with', () => {
  expect(kubectlIsHere).toBe(true);
});

describe.runIf(kubectlIsHere)('the real kubectl', () => {
  let api: TestApi;
  let tool: Kubectl;

  beforeAll(async () => {
    api = await testApi({
      async *logs(_namespace, name, query) {
        const lines = [`${query.previous === true ? 'before' : 'now'} 1`, `${name} 2`, `${query.container} 3`];
        yield* lines.slice(-(query.tailLines ?? lines.length));
        if (query.follow === true) yield 'and on';
      },
      mayDo: (user, verb) => user !== 'eve' || verb === 'get' || verb === 'list',
    });
    tool = await kubectlAt(api.server.url);
  });
  afterAll(async () => {
    await api.close();
    await tool.close();
  });

  const kubectl = (line: string, input?: string): Promise<string> => tool.ask(line, input);
  const yaml = (object: unknown): string => JSON.stringify(object);

  it('asks for versions, kinds and health', async () => {
    const [version, info, kinds, ready] = await Promise.all([
      kubectl('version'),
      kubectl('cluster-info'),
      kubectl('api-resources'),
      kubectl('get --raw /readyz'),
    ]);
    expect(version).toContain('Server Version: v1.32.0');
    expect(info).toContain('is running at');
    expect(kinds).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(ready).toBe('ok');
  });

  it('explains fields', async () => {
    const [replicas, image] = await Promise.all([
      kubectl('explain deployment.spec.replicas'),
      kubectl('explain pod.spec.containers.image'),
    ]);
    expect(replicas).toContain('How many pods are wanted.');
    expect(image).toContain('FIELD: image <string>');
  });

  it('applies, and sees that nothing changed', async () => {
    expect(await kubectl('apply -f -', yaml(deployment('web')))).toBe('deployment.apps/web created\n');
    expect(await kubectl('apply -f -', yaml(deployment('web')))).toBe('deployment.apps/web unchanged\n');
    expect(await kubectl('apply -f -', yaml(deployment('web', { replicas: 3 })))).toBe(
      'deployment.apps/web configured\n',
    );
    expect(await kubectl('diff -f -', yaml(deployment('web', { replicas: 3 })))).toBe('');
    const misspelt = deployment('web', { replcas: 3 });
    expect(await kubectl('apply -f -', yaml(misspelt))).toContain('unknown field "spec.replcas"');
  });

  it('gets tables, wide ones, YAML and paths', async () => {
    const [table, wide, text, path] = await Promise.all([
      kubectl('get deploy'),
      kubectl('get deploy,svc -o wide'),
      kubectl('get deploy web -o yaml'),
      kubectl('get deploy web -o jsonpath={.spec.replicas}'),
    ]);
    expect(table).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/3 +0 +0 +\d+s\n$/);
    expect(wide).toMatch(/CONTAINERS +IMAGES +SELECTOR\ndeployment.apps\/web .* main +nginx:1 +app=web/);
    expect(text).toContain('kind: Deployment');
    expect(path).toBe('3');
  });

  it('creates by its typed clients, which speak protobuf', async () => {
    expect(await kubectl('create deployment typed --image=nginx:1 --replicas=0 --port=80')).toBe(
      'deployment.apps/typed created\n',
    );
    expect(await kubectl('create configmap conf --from-literal=a=b')).toBe('configmap/conf created\n');
    expect(await kubectl('create job once --image=busybox -- true')).toBe('job.batch/once created\n');
    expect(await kubectl('expose deployment typed --port=80 --target-port=http')).toBe('service/typed exposed\n');
    const kept = await kubectl('get deploy/typed svc/typed cm/conf -o json');
    expect(JSON.parse(kept).items).toMatchObject([
      {
        spec: {
          replicas: 0,
          template: { spec: { containers: [{ image: 'nginx:1', ports: [{ containerPort: 80, protocol: 'TCP' }] }] } },
        },
      },
      { spec: { ports: [{ port: 80, targetPort: 'http' }], selector: { app: 'typed' } } },
      { data: { a: 'b' } },
    ]);
  });

  it('scales, sets images, labels, annotates and patches', async () => {
    expect(await kubectl('scale deploy/web --replicas=5')).toBe('deployment.apps/web scaled\n');
    expect(await kubectl('set image deploy/web main=nginx:2')).toBe('deployment.apps/web image updated\n');
    expect(await kubectl('label deploy/web team=a')).toBe('deployment.apps/web labeled\n');
    expect(await kubectl('annotate deploy/web note=x')).toBe('deployment.apps/web annotated\n');
    expect(await kubectl('patch deploy/web --type=json -p [{"op":"add","path":"/spec/paused","value":true}]')).toBe(
      'deployment.apps/web patched\n',
    );
    expect(
      await kubectl(
        'patch deploy/web -p {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"}]}}}}',
      ),
    ).toBe('deployment.apps/web patched\n');
    const shown = JSON.parse(await kubectl('get deploy web -o json'));
    expect(shown).toMatchObject({ metadata: { labels: { team: 'a' } }, spec: { replicas: 5, paused: true } });
    expect(shown.spec.template.spec.containers.map((each: { image: string }) => each.image).sort()).toEqual([
      'nginx:2',
      's:1',
    ]);
    expect(await kubectl('get deploy -l team=a -o name')).toBe('deployment.apps/web\n');
  });

  it('rolls out: status, restart, history and undo', async () => {
    const web = api.source.get(api.source.kind('Deployment'), 'default', 'web');
    if (web === undefined || web instanceof Promise) throw new Error('web is gone');
    const status = { observedGeneration: 99, replicas: 5, updatedReplicas: 5, readyReplicas: 5, availableReplicas: 5 };
    const revision = { 'deployment.kubernetes.io/revision': '2' };
    plant(api.source, 'Deployment', {
      ...web,
      spec: { ...(web.spec as object), paused: false },
      metadata: { ...web.metadata, annotations: revision },
      status,
    });
    for (const [at, image] of [
      ['1', 'nginx:1'],
      ['2', 'nginx:2'],
    ] as const) {
      const labels = { app: 'web', 'pod-template-hash': `h${at}` };
      plant(api.source, 'ReplicaSet', {
        metadata: {
          name: `web-h${at}`,
          namespace: 'default',
          labels,
          annotations: { 'deployment.kubernetes.io/revision': at },
          ownerReferences: [
            { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: web.metadata.uid, controller: true },
          ],
        },
        spec: {
          replicas: at === '2' ? 5 : 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } },
        },
      });
    }
    expect(await kubectl('rollout status deploy/web --timeout=5s')).toContain('successfully rolled out');
    expect(await kubectl('rollout history deploy/web')).toMatch(/REVISION +CHANGE-CAUSE\n1 .*\n2 /);
    expect(await kubectl('rollout undo deploy/web')).toBe('deployment.apps/web rolled back\n');
    expect(await kubectl('get deploy web -o jsonpath={.spec.template.spec.containers[*].image}')).toBe('nginx:1');
    expect(await kubectl('rollout restart deploy/web')).toBe('deployment.apps/web restarted\n');
    expect(await kubectl('wait deploy/web --for=jsonpath={.spec.replicas}=5 --timeout=5s')).toContain('condition met');
  });

  it('applies on the server, and is told of conflicts', async () => {
    const config = yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shared' }, data: { a: '1' } });
    expect(await kubectl('apply --server-side --field-manager=alice -f -', config)).toBe(
      'configmap/shared serverside-applied\n',
    );
    const other = config.replace('"1"', '"2"');
    expect(await kubectl('apply --server-side --field-manager=bob -f -', other)).toContain(
      'conflict with "alice": .data.a',
    );
    expect(await kubectl('apply --server-side --field-manager=bob --force-conflicts -f -', other)).toBe(
      'configmap/shared serverside-applied\n',
    );
    expect(await kubectl('apply --server-side --dry-run=server -f -', config.replace('shared', 'dry'))).toContain(
      '(server dry run)',
    );
    expect(await kubectl('get cm shared -o yaml --show-managed-fields')).toContain('manager: bob');
  });

  it('describes with events, and lists them', async () => {
    const one = plant(
      api.source,
      'Pod',
      pod('one', { metadata: { labels: { app: 'one' } }, spec: { nodeName: 'n1' }, status: { phase: 'Running' } }),
    );
    plant(api.source, 'Event', {
      metadata: { name: 'one.1', namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'one', namespace: 'default', uid: one.metadata.uid },
      type: 'Warning',
      reason: 'BackOff',
      message: 'Back-off restarting',
      source: { component: 'kubelet' },
      firstTimestamp: one.metadata.creationTimestamp,
      lastTimestamp: one.metadata.creationTimestamp,
      count: 3,
    });
    const [described, events, table] = await Promise.all([
      kubectl('describe pod one'),
      kubectl('events --for pod/one'),
      kubectl('get events'),
    ]);
    expect(described).toMatch(/Warning +BackOff .* kubelet +Back-off restarting/);
    expect(events).toContain('Back-off restarting');
    expect(table).toMatch(
      /LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n\d+s +Warning +BackOff +pod\/one +Back-off restarting/,
    );
    expect(await kubectl('describe deploy web')).toContain('NewReplicaSet:');
  });

  it('reads logs', async () => {
    expect(await kubectl('logs one')).toBe('now 1\none 2\nmain 3\n');
    expect(await kubectl('logs one -c main --tail=1 -f')).toBe('main 3\nand on\n');
    expect(await kubectl('logs one --previous')).toContain('before 1');
    expect(await kubectl('logs one -c nobody')).toContain('container nobody is not valid for pod one');
  });

  it('watches', async () => {
    const watch = spawn('kubectl', ['get', 'cm', '-w', '-l', 'watched=yes'], { env: tool.environment });
    const lines = createInterface(watch.stdout)[Symbol.asyncIterator]();
    plant(api.source, 'ConfigMap', { metadata: { name: 'w1', namespace: 'default', labels: { watched: 'yes' } } });
    const [head, first] = [await lines.next(), await lines.next()];
    plant(api.source, 'ConfigMap', {
      metadata: { name: 'w2', namespace: 'default', labels: { watched: 'yes' } },
      data: { a: '1' },
    });
    const second = await lines.next();
    watch.kill();
    expect(head.value).toMatch(/^NAME +DATA +AGE$/);
    expect(first.value).toMatch(/^w1 +0/);
    expect(second.value).toMatch(/^w2 +1/);
  });

  it('creates from files, replaces, and defines kinds', async () => {
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'file' }, data: { a: '1' } };
    expect(await kubectl('create -f -', yaml(config))).toBe('configmap/file created\n');
    expect(await kubectl('create -f -', yaml(config))).toContain('configmaps "file" already exists');
    expect(await kubectl('replace -f -', yaml({ ...config, data: { a: '2' } }))).toBe('configmap/file replaced\n');
    const names = { plural: 'things', singular: 'thing', kind: 'Thing', shortNames: ['th'] };
    const versions = [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
      },
    ];
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.acme.io' },
      spec: { group: 'acme.io', scope: 'Namespaced', names, versions },
    };
    expect(await kubectl('apply -f -', yaml(definition))).toContain('created');
    expect(await kubectl('wait crd/things.acme.io --for=condition=Established --timeout=5s')).toContain(
      'condition met',
    );
    expect(
      await kubectl(
        'apply -f -',
        yaml({ apiVersion: 'acme.io/v1', kind: 'Thing', metadata: { name: 't' }, spec: { size: 3 } }),
      ),
    ).toBe('thing.acme.io/t created\n');
    expect(await kubectl('get th')).toMatch(/NAME +SIZE\nt +3/);
  });

  it('is refused what a user may not', async () => {
    expect(await kubectl('auth can-i delete pods')).toBe('yes\n');
    expect(await kubectl('auth can-i --list --as=eve')).toMatch(/pods +\[\] +\[\] +\[get list\]/);
    expect(await kubectl('auth can-i delete pods --as=eve')).toMatch(/^no\n/);
    expect(await kubectl('delete pod one --as=eve')).toContain(
      'pods "one" is forbidden: User "eve" cannot delete resource "pods" in API group "" in the namespace "default"',
    );
  });

  it('deletes one, by label, and all', async () => {
    expect(await kubectl('delete pod one --grace-period=0')).toContain('pod "one" deleted');
    expect(await kubectl('delete deploy web --cascade=orphan')).toContain('deployment.apps "web" deleted');
    expect(await kubectl('delete cm -l watched=yes')).toContain('"w1" deleted');
    expect(await kubectl('delete cm --all')).toContain('"file" deleted');
    expect((await tool.run(['get', 'cm'])).err).toContain('No resources found in default namespace.');
    expect(await kubectl('get pod one')).toContain('Error from server (NotFound): pods "one" not found');
  });
});
