// Who asks: found once at the gate, read by whoever answers.

import type { IncomingMessage } from 'node:http';
import type { CredentialRecord, Role } from '@mosaic/store';
import { Refused } from '../asking/problem.ts';

export interface Visitor {
  readonly name: string;
  readonly role: Role;
  readonly via: 'loopback' | 'session' | 'token';
  readonly credential?: CredentialRecord;
}

/** On this machine, while there are no users. */
export const LOCAL: Visitor = { name: 'local', role: 'admin', via: 'loopback' };

const visitors = new WeakMap<IncomingMessage, Visitor>();

export const welcome = (request: IncomingMessage, visitor: Visitor): void => void visitors.set(request, visitor);

export const maybeVisitor = (request: IncomingMessage): Visitor | undefined => visitors.get(request);

/** Throws a 401. */
export function visitorOf(request: IncomingMessage): Visitor {
  const visitor = visitors.get(request);
  if (visitor === undefined) throw signInFirst('who asks is not known');
  return visitor;
}

/** Throws a 403. Roles below admin come later; the question is already asked where it will matter. */
export function mustBeAdmin(request: IncomingMessage): Visitor {
  const visitor = visitorOf(request);
  if (visitor.role !== 'admin') throw new Refused(403, `${visitor.name} is ${visitor.role}; this needs admin`);
  return visitor;
}

export const signInFirst = (because: string): Refused =>
  new Refused(
    401,
    `${because}: sign in on the page, run \`mosaic login\`, or send an API token as \`Authorization: Bearer …\``,
    { headers: { 'WWW-Authenticate': 'Bearer realm="mosaic"' } },
  );
