// What Nest hands to controllers, by token: esbuild writes no parameter types down.

export const TOPOLOGY = Symbol('topology');
export const STREAM = Symbol('topology stream');
export const CLUSTERS = Symbol('clusters');
export const OBJECTS = Symbol('objects');
export const CHANGES = Symbol('changes');
export const EVENTS = Symbol('events');
export const TIMELINE = Symbol('timeline');
export const COVERAGE = Symbol('coverage');
export const SEARCH = Symbol('search');
export const LOGS = Symbol('logs');
export const PROBES = Symbol('probes');
export const DOCUMENT = Symbol('OpenAPI document');
export const LOG_TAIL = Symbol('log tail');
export const METRICS = Symbol('metrics');
export const REPORT = Symbol('report');
export const STORAGE = Symbol('storage');
export const ENROLMENTS = Symbol('enrolments');
export const PEOPLE = Symbol('people');
export const AUDIT = Symbol('audit');
export const INTAKE_TOKENS = Symbol('intake tokens');
