// The API as a NestJS application over its ports. Nest is the shell: one line per question, everything below runs without it.

import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { noTelemetry, type Telemetry, untilThere } from '@mosaic/runtime';
import { Unavailable } from '@mosaic/wire';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import type { NextFunction, Request, Response } from 'express';
import { asking as askingOf } from './asking/asking.ts';
import { AuditController } from './audit/audit.controller.ts';
import { auditDesk } from './audit/audit.ts';
import { type Auditing, auditing } from './audit/auditing.ts';
import { ChangesController } from './changes/changes.controller.ts';
import { changes } from './changes/changes.ts';
import { ClustersController } from './clusters/clusters.controller.ts';
import { clusters } from './clusters/clusters.ts';
import { CoverageController } from './coverage/coverage.controller.ts';
import { coverageReports } from './coverage/report.ts';
import { EnrolmentsController } from './enrolment/enrolments.controller.ts';
import { enrolments } from './enrolment/enrolments.ts';
import { EventsController } from './events/events.controller.ts';
import { events } from './events/events.ts';
import { HealthController } from './health/health.controller.ts';
import { type Health, health } from './health/health.ts';
import { admission } from './http/admission.ts';
import { securityHeaders } from './http/headers.ts';
import { jsonAnswers } from './http/json.ts';
import { jsonBodies } from './http/json-bodies.ts';
import { page } from './http/page.ts';
import { answerProblem, ProblemFilter } from './http/problem-filter.ts';
import { IntakeTokensController } from './intake-tokens/intake-tokens.controller.ts';
import { intakeTokens } from './intake-tokens/intake-tokens.ts';
import { type LiveState, liveState } from './live/live-state.ts';
import { logTail } from './logs/log-tail.ts';
import { LogsController } from './logs/logs.controller.ts';
import { logs } from './logs/logs.ts';
import { MetricsController } from './metrics/metrics.controller.ts';
import { metrics } from './metrics/metrics.ts';
import { ObjectsController } from './objects/objects.controller.ts';
import { objects } from './objects/objects.ts';
import { openApiDocument } from './openapi/document.ts';
import { methodsOf, shapeOf } from './openapi/endpoints.ts';
import { OpenApiController } from './openapi/openapi.controller.ts';
import { type Past, past } from './past/past.ts';
import { isPast } from './past/where.ts';
import { foundAdministrator } from './people/administrator.ts';
import { door } from './people/door.ts';
import { type Gate, gate } from './people/gate.ts';
import { ApiTokensController, SessionsController, UsersController } from './people/people.controller.ts';
import { peopleDesk } from './people/people.ts';
import type { ApiParts } from './ports.ts';
import { ReportController } from './report/report.controller.ts';
import { reports } from './report/report.ts';
import { reportKeys } from './report/report-key.ts';
import { SearchController } from './search/search.controller.ts';
import { search } from './search/search.ts';
import { StorageController } from './storage/storage.controller.ts';
import { storage } from './storage/storage.ts';
import { TimelineController } from './timeline/timeline.controller.ts';
import { timeline } from './timeline/timeline.ts';
import {
  AUDIT,
  CHANGES,
  CLUSTERS,
  COVERAGE,
  DOCUMENT,
  ENROLMENTS,
  EVENTS,
  INTAKE_TOKENS,
  LOG_TAIL,
  LOGS,
  METRICS,
  OBJECTS,
  PEOPLE,
  PROBES,
  REPORT,
  SEARCH,
  STORAGE,
  STREAM,
  TIMELINE,
  TOPOLOGY,
} from './tokens.ts';
import { topologyStream } from './topology/stream.ts';
import { TopologyController } from './topology/topology.controller.ts';
import { topology } from './topology/topology.ts';

export interface Api {
  /** Listens on the settings' address (or another port) and answers with its URL. */
  listen(port?: number): Promise<string>;
  /** Makes the administrator where one is to be made. Throws when nobody could sign in, `Unavailable` when the store is not there yet. */
  found(): Promise<void>;
  close(): Promise<void>;
  readonly app: INestApplication;
}

@Module({})
class ApiModule {}

const controllers = [
  ClustersController,
  TopologyController,
  ObjectsController,
  ChangesController,
  EventsController,
  TimelineController,
  CoverageController,
  SearchController,
  LogsController,
  MetricsController,
  ReportController,
  IntakeTokensController,
  SessionsController,
  UsersController,
  ApiTokensController,
  AuditController,
  EnrolmentsController,
  StorageController,
  HealthController,
  OpenApiController,
];

/** Not listening yet. Throws when the address would leave everything open to everybody; where the store comes later, `found` does. */
export async function createApi(parts: ApiParts): Promise<Api> {
  const { store, transport, compression, log, settings, version, now = Date.now } = parts;
  const live = liveState({ store, transport, compression, log, now, group: `mosaic-api-${randomUUID()}` });
  const asking = askingOf(parts, live, now);
  const stream = topologyStream(asking);
  const tail = logTail(asking, parts);
  const times = timeline(asking);
  const doors = gate(store, settings, now);
  const recording = auditing(store, log, now);
  const found = async (): Promise<void> => {
    await foundAdministrator({ store, host: settings.host, passwordFile: settings.adminPasswordFile, now, log });
    await doors.usersExist();
    isFounded = true;
  };
  let isFounded = false;
  let isStarted = false;
  await found().catch(laterWhenThere);
  let warmth: { stop(): void } | undefined;
  const probes = health(asking, parts, () => isStarted && isFounded);
  const document = openApiDocument(version, { hasIntakes: parts.neighbour !== undefined });
  const providers = [
    { provide: CLUSTERS, useValue: clusters(asking) },
    { provide: TOPOLOGY, useValue: topology(asking, stream) },
    { provide: STREAM, useValue: stream },
    { provide: OBJECTS, useValue: objects(asking) },
    { provide: CHANGES, useValue: changes(asking) },
    { provide: EVENTS, useValue: events(asking) },
    { provide: TIMELINE, useValue: times },
    { provide: COVERAGE, useValue: coverageReports(asking) },
    { provide: SEARCH, useValue: search(asking) },
    { provide: LOGS, useValue: logs(asking) },
    { provide: LOG_TAIL, useValue: tail },
    { provide: METRICS, useValue: metrics(asking) },
    { provide: REPORT, useValue: reports(asking, { keys: reportKeys(settings.reportKey), version }) },
    { provide: STORAGE, useValue: storage(asking, settings.adapter ?? 'embedded') },
    { provide: INTAKE_TOKENS, useValue: intakeTokens(asking) },
    { provide: PEOPLE, useValue: peopleDesk(store, doors, now) },
    { provide: ENROLMENTS, useValue: enrolments(asking, settings, log, parts.agentRules) },
    { provide: AUDIT, useValue: auditDesk(asking) },
    { provide: PROBES, useValue: probes },
    { provide: DOCUMENT, useValue: document },
  ];
  const app = await NestFactory.create<NestExpressApplication>(
    { module: ApiModule, controllers, providers },
    { logger: false, abortOnError: false },
  );
  const within = { health: probes, past: past(asking), doors, recording };
  dress(app, parts, within, () => stream.clients() + tail.clients());
  SwaggerModule.setup('api/docs', app, document as unknown as Parameters<typeof SwaggerModule.setup>[2], {
    raw: false,
  }); // our own document is OpenAPI by its test
  app.useGlobalInterceptors(recording.interceptor);
  app.useGlobalFilters(new ProblemFilter(log, methodsOf));
  await app.init();
  return {
    app,
    found,
    async listen(port = settings.port) {
      await app.listen(port, settings.host);
      await live.start().catch((error: unknown) => keepTrying(error, live, log));
      isStarted = true;
      warmth = times.keepWarm();
      const bound = (app.getHttpServer().address() as AddressInfo).port; // listening on TCP, so never a pipe's name
      return `http://${settings.host.includes(':') && !settings.host.startsWith('[') ? `[${settings.host}]` : settings.host}:${bound}`;
    },
    async close() {
      warmth?.stop();
      stream.stop();
      await tail.stop();
      await live.stop();
      app.getHttpServer().closeAllConnections?.();
      await app.close();
    },
  };
}

/** A store that is still being opened is asked again by who opened it. */
function laterWhenThere(error: unknown): void {
  if (!(error instanceof Unavailable)) throw error;
}

/** The past can be asked while the road is away; the tail is taken up when it is back. */
function keepTrying(error: unknown, live: LiveState, log: ApiParts['log']): void {
  if (!(error instanceof Unavailable)) throw error;
  void untilThere('live tail', () => live.start(), { log }).catch((failed: unknown) =>
    log.error('no live tail', { error: failed }),
  );
}

interface Within {
  readonly health: Health;
  readonly past: Past;
  readonly doors: Gate;
  readonly recording: Auditing;
}

/** What every request goes through before its question is read. */
function dress(
  app: NestExpressApplication,
  { settings, log, telemetry = noTelemetry, neighbour }: ApiParts,
  { health: { registry }, past, doors, recording }: Within,
  streams: () => number,
): void {
  const express = app.getHttpAdapter().getInstance();
  express.disable('x-powered-by');
  express.set('etag', false);
  const { admit, atOnce } = admission();
  const asked = registry.histogram('mosaic_api_request_seconds', 'From request to answer, by status');
  registry.gaugeOf('mosaic_api_requests_at_once', 'Questions being answered', atOnce);
  registry.gaugeOf('mosaic_api_streams', 'Pages listening to the live graph', streams);
  telemetry.exportMetrics(registry);
  if (telemetry.isOn) app.use(traced(telemetry));
  app.use(securityHeaders);
  app.use(careful(guarded(doors), log));
  if (neighbour !== undefined)
    app.use((request: Request, response: Response, next: NextFunction) => {
      if (!neighbour.handle(request, response)) next();
    });
  app.use(timed((seconds, status) => asked.observe(seconds, { status })));
  app.use(jsonAnswers);
  app.use(careful((request, response, next) => (staysOpen(request) ? next() : admit(request, response, next)), log));
  app.use(careful(jsonBodies, log));
  if (settings.uiDir !== undefined) app.use(unlessPast(page(settings.uiDir)));
  app.use(door(doors, recording, log));
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!past.handle(request, response)) next();
  });
}

/** What is listened to, or watched and followed in the past. */
const staysOpen = ({ path, query }: Request): boolean =>
  path.endsWith('/stream') ||
  (isPast(path) && [query.watch, query.follow].some((wish) => wish === 'true' || wish === '1'));

const guarded =
  (doors: Gate): Handler =>
  (request, _, next) => {
    doors.guard(request);
    next();
  };

/** The page is anybody's; the past is not. */
const unlessPast =
  (serve: ReturnType<typeof page>): Handler =>
  (request, response, next) => {
    if (isPast(request.path)) next();
    else void serve(request, response, next);
  };

type Handler = (request: Request, response: Response, next: NextFunction) => void;

/** What is thrown before Nest's filter is reached is answered the same way. */
const careful =
  (handle: Handler, log: ApiParts['log']): Handler =>
  (request, response, next) => {
    try {
      handle(request, response, next);
    } catch (error) {
      answerProblem(error, request, response, log, methodsOf);
    }
  };

/** One span a request, named by its path's shape. */
const traced =
  (telemetry: Telemetry): Handler =>
  (request, response, next) => {
    const ended = new Promise<void>((resolve) => response.once('close', resolve));
    const parent = request.get('traceparent');
    const work = (): Promise<void> => {
      next();
      return ended;
    };
    void telemetry.span(`${request.method} ${shapeOf(request.path)}`, work, parent === undefined ? {} : { parent });
  };

const timed =
  (told: (seconds: number, status: number) => void): Handler =>
  (request, response, next) => {
    const began = performance.now();
    if (!staysOpen(request))
      response.once('finish', () => told((performance.now() - began) / 1000, response.statusCode));
    next();
  };
