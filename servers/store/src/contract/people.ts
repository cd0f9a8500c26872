// People, what they sign in with, join tokens, and the audit.

import { describe, expect, test } from 'vitest';
import type { Store } from '../port.ts';
import type { CredentialRecord, JoinToken, UserRecord } from '../port-people.ts';
import { freshName, type Making } from './making.ts';
import { CONTRACT_NOW, MINUTE } from './values.ts';

const userNamed = (name: string): UserRecord => ({
  ...{ id: crypto.randomUUID(), name, role: 'admin', password: 'scrypt$…' },
  ...{ createdAt: CONTRACT_NOW, passwordAt: CONTRACT_NOW },
});

const credentialOf = ({ id, name }: UserRecord, n = 0): CredentialRecord => ({
  ...{ id: crypto.randomUUID(), kind: 'token', user: name, userId: id, name: `laptop ${n}` },
  ...{ hash: crypto.randomUUID(), prefix: 'mat_abcd', createdAt: CONTRACT_NOW + n, expiresAt: CONTRACT_NOW + MINUTE },
});

const joinToken = (change: Partial<JoinToken> = {}): JoinToken => ({
  ...{ id: crypto.randomUUID(), name: freshName(), hash: crypto.randomUUID(), by: 'ada' },
  ...{ createdAt: CONTRACT_NOW, expiresAt: CONTRACT_NOW + 15 * MINUTE },
  ...change,
});

export function peopleContract(name: string, make: Making): void {
  const withStore = (about: string, body: (store: Store) => Promise<void>): void =>
    test(about, async () => {
      const store = await make();
      await body(store).finally(() => store.close());
    });

  describe(`${name}: people`, () => {
    withStore('a name is given to one of those who ask for it at once', async (store) => {
      const who = freshName();
      const asked = await Promise.all([1, 2, 3, 4].map(() => store.people.add(userNamed(who))));
      expect(asked.filter(Boolean)).toHaveLength(1);
      expect((await store.people.all()).filter(({ name: each }) => each === who)).toHaveLength(1);
    });

    withStore('a user is changed, and who has gone is not brought back by a change', async (store) => {
      const user = userNamed(freshName());
      await store.people.add(user);
      expect(await store.people.change({ ...user, password: 'scrypt$new' })).toBe(true);
      expect(await store.people.one(user.name)).toEqual({ ...user, password: 'scrypt$new' });
      expect(await store.people.change({ ...user, id: 'another' })).toBe(false);
      expect(await store.people.remove(user.name)).toBe(true);
      expect(await store.people.remove(user.name)).toBe(false);
      expect(await store.people.change(user)).toBe(false);
      expect(await store.people.one(user.name)).toBeUndefined();
    });

    withStore(
      'a credential is found by its hash until it is dismissed; a late use does not revive it',
      async (store) => {
        const user = userNamed(freshName());
        const [old, young] = [credentialOf(user, 1), credentialOf(user, 2)];
        await store.people.admit(old);
        await store.people.admit(young);
        expect((await store.people.credentials(user.name)).map(({ id }) => id)).toEqual([young.id, old.id]);
        await store.people.used(old, CONTRACT_NOW + 9);
        expect(await store.people.credential(old.hash)).toEqual({ ...old, lastUsedAt: CONTRACT_NOW + 9 });
        expect(await store.people.dismiss(user.name, old.id)).toBe(true);
        expect(await store.people.dismiss(user.name, old.id)).toBe(false);
        await store.people.used(old, CONTRACT_NOW + 10);
        expect(await store.people.credential(old.hash)).toBeUndefined();
        expect(await store.people.credentials(user.name)).toEqual([young]);
      },
    );

    withStore('who goes takes along what they signed in with', async (store) => {
      const user = userNamed(freshName());
      await store.people.add(user);
      const credential = credentialOf(user);
      await store.people.admit(credential);
      await store.people.remove(user.name);
      expect(await store.people.credential(credential.hash)).toBeUndefined();
    });
  });

  describe(`${name}: join tokens`, () => {
    withStore('of many who take a token at once one gets it, and its own repeat too', async (store) => {
      const token = joinToken();
      await store.enrolment.offer(token);
      const asked = await Promise.all([1, 2, 3, 4, 5].map((n) => store.enrolment.take(token.hash, `key-${n}`)));
      expect(asked.map(({ result }) => result).sort()).toEqual(['taken', 'used', 'used', 'used', 'used']);
      const winner = asked.findIndex(({ result }) => result === 'taken') + 1;
      expect(await store.enrolment.take(token.hash, `key-${winner}`)).toMatchObject({ result: 'taken' });
      expect(await store.enrolment.take(token.hash, 'another')).toMatchObject({ result: 'used' });
    });

    withStore('a late token, a withdrawn one and one that never was are told apart', async (store) => {
      const [late, withdrawn] = [joinToken({ expiresAt: CONTRACT_NOW }), joinToken()];
      await store.enrolment.offer(late);
      await store.enrolment.offer(withdrawn);
      expect((await store.enrolment.offers()).map(({ id }) => id)).toContain(withdrawn.id);
      expect(await store.enrolment.take(late.hash, 'key')).toMatchObject({
        result: 'late',
        token: { name: late.name },
      });
      expect(await store.enrolment.withdraw(withdrawn.id)).toBe(true);
      expect(await store.enrolment.withdraw(withdrawn.id)).toBe(false);
      expect(await store.enrolment.take(withdrawn.hash, 'key')).toEqual({ result: 'unknown' });
    });
  });

  describe(`${name}: audit`, () => {
    withStore('what was done is listed newest first, page by page, and its chain is whole', async (store) => {
      const actor = freshName();
      const deed = { actor, action: 'user.create', target: 'user bob', result: 'done' };
      const written = [];
      for (let n = 0; n < 5; n++) written.push(await store.audit.record({ ...deed, request: `{"n":${n}}` }));
      await store.audit.record({ ...deed, action: 'session.create', cluster: 7, result: 'refused: wrong password' });
      const query = { from: CONTRACT_NOW - MINUTE, to: CONTRACT_NOW + MINUTE, actor };
      const first = await store.audit.list({ ...query, action: 'user' }, { limit: 3 });
      expect(first.items).toEqual(written.toReversed().slice(0, 3));
      const rest = await store.audit.list(
        { ...query, action: 'user' },
        { limit: 3, ...(first.next && { cursor: first.next }) },
      );
      expect(rest.items.map(({ n }) => n)).toEqual([2, 1]);
      expect(rest.next).toBeUndefined();
      const [refused] = (await store.audit.list({ ...query, action: 'session.create', target: 'bob' })).items;
      expect(refused).toMatchObject({ cluster: 7, result: 'refused: wrong password', n: 6 });
      expect((await store.audit.list({ ...query, to: CONTRACT_NOW - 1 })).items).toEqual([]);
      const verdict = await store.audit.verify();
      expect(verdict.faults).toEqual([]);
      expect(verdict).toMatchObject({ isWhole: true });
      expect(verdict.entries).toBeGreaterThanOrEqual(6);
    });

    withStore('entries written at once stand in one chain', async (store) => {
      const actor = freshName();
      const deeds = Array.from({ length: 8 }, (_, n) => ({ actor, action: 'a.b', target: String(n), result: 'done' }));
      const records = await Promise.all(deeds.map((deed) => store.audit.record(deed)));
      expect(records.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      for (const [i, { previous }] of records.entries()) expect(previous).toBe(records[i - 1]?.hash ?? '');
    });
  });
}
