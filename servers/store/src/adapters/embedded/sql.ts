// Tables of the embedded store: a file per family and UTC day, and one file for what never goes by day.
// Plain constants: the writer's thread imports this too.

export type Family = 'objects' | 'state' | 'events' | 'changes' | 'coverage' | ChunkFamily;
type ChunkFamily = 'logs' | 'metrics' | 'connections' | 'edges' | 'rolled';
export type FileKind = Family | 'always';

/** Of every family of chunks the same: bodies in a rowid table, the index beside it, and the names met that day. */
const CHUNKS = `
    CREATE TABLE IF NOT EXISTS chunk (cluster INTEGER NOT NULL, hour INTEGER NOT NULL, t0 INTEGER NOT NULL, id TEXT NOT NULL, t1 INTEGER NOT NULL,
      codec INTEGER NOT NULL, inflated INTEGER NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL, received INTEGER NOT NULL, idx TEXT NOT NULL,
      bloom BLOB NOT NULL, PRIMARY KEY (cluster, hour, t0, id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS body (cluster INTEGER NOT NULL, t0 INTEGER NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS body_key ON body (cluster, t0, id);
    CREATE TABLE IF NOT EXISTS seen (cluster INTEGER NOT NULL, key TEXT NOT NULL, about TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
      PRIMARY KEY (cluster, key)) WITHOUT ROWID;`;

/**
 * objects: an object's fixed facts once per day, revisions clustered by object; repeated words (actors, owners, versions) by number.
 * state: heads and bodies apart, so that choosing a checkpoint reads no body. Bodies lie in rowid tables: those hold up to a page in place.
 */
export const SCHEMA: Readonly<Record<FileKind, string>> = {
  objects: `
    CREATE TABLE IF NOT EXISTS object (id INTEGER PRIMARY KEY, cluster INTEGER NOT NULL, uid TEXT NOT NULL, kind TEXT NOT NULL,
      namespace TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, UNIQUE (cluster, uid));
    CREATE TABLE IF NOT EXISTS word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    CREATE TABLE IF NOT EXISTS rev (object INTEGER NOT NULL, at INTEGER NOT NULL, rv INTEGER NOT NULL, op INTEGER NOT NULL, enc INTEGER NOT NULL,
      base_at INTEGER, base_rv INTEGER, inflated INTEGER NOT NULL, api_version INTEGER NOT NULL, owner INTEGER, actor INTEGER,
      reconstructed INTEGER, gone_after INTEGER, diff BLOB, body BLOB, PRIMARY KEY (object, at, rv)) WITHOUT ROWID;`,
  state: `
    CREATE TABLE IF NOT EXISTS head (cluster INTEGER NOT NULL, hour INTEGER NOT NULL, at INTEGER NOT NULL, epoch INTEGER NOT NULL,
      shard INTEGER NOT NULL, shards INTEGER NOT NULL, watermark INTEGER NOT NULL, seq INTEGER NOT NULL, base INTEGER, same_as INTEGER,
      codec INTEGER NOT NULL, inflated INTEGER NOT NULL, PRIMARY KEY (cluster, hour, at, epoch, shard)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS shard (cluster INTEGER NOT NULL, at INTEGER NOT NULL, epoch INTEGER NOT NULL, shard INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS shard_key ON shard (cluster, at, epoch, shard);
    CREATE TABLE IF NOT EXISTS delta (cluster INTEGER NOT NULL, t0 INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, t1 INTEGER NOT NULL,
      codec INTEGER NOT NULL, inflated INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE UNIQUE INDEX IF NOT EXISTS delta_key ON delta (cluster, t0, epoch, seq);`,
  events: `
    CREATE TABLE IF NOT EXISTS event (cluster INTEGER NOT NULL, at INTEGER NOT NULL, uid TEXT NOT NULL, count INTEGER NOT NULL, type TEXT NOT NULL,
      object_uid TEXT NOT NULL, rest TEXT NOT NULL, PRIMARY KEY (cluster, at DESC, uid, count)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS event_object ON event (cluster, object_uid, at DESC);`,
  changes: `
    CREATE TABLE IF NOT EXISTS change (cluster INTEGER NOT NULL, at INTEGER NOT NULL, uid TEXT NOT NULL, rv INTEGER NOT NULL, rest TEXT NOT NULL,
      PRIMARY KEY (cluster, at DESC, uid, rv)) WITHOUT ROWID;`,
  coverage: `
    CREATE TABLE IF NOT EXISTS span (cluster INTEGER NOT NULL, signal TEXT NOT NULL, source TEXT NOT NULL, boot TEXT NOT NULL, kind TEXT NOT NULL,
      state TEXT NOT NULL, reason TEXT NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, skew INTEGER NOT NULL,
      PRIMARY KEY (cluster, signal, source, boot, kind, state, reason, from_at)) WITHOUT ROWID;`,
  ...{ logs: CHUNKS, metrics: CHUNKS, connections: CHUNKS, edges: CHUNKS, rolled: CHUNKS },
  always: `
    CREATE TABLE IF NOT EXISTS token (cluster INTEGER NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, rest TEXT NOT NULL, PRIMARY KEY (cluster, id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS person (name TEXT PRIMARY KEY, id TEXT NOT NULL, rest TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS credential (hash TEXT PRIMARY KEY, user TEXT NOT NULL, rest TEXT NOT NULL, last_used_at INTEGER) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS credential_user ON credential (user);
    CREATE TABLE IF NOT EXISTS join_token (hash TEXT PRIMARY KEY, rest TEXT NOT NULL, used_at INTEGER, used_for TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audit (day INTEGER NOT NULL, writer TEXT NOT NULL, n INTEGER NOT NULL, hash TEXT NOT NULL, rest TEXT NOT NULL,
      PRIMARY KEY (day, writer, n)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audit_head (writer TEXT PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS cluster (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, uid TEXT, version TEXT, enrolled_at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS agent_key (cluster INTEGER NOT NULL, key_id TEXT NOT NULL, public_key BLOB NOT NULL, revoked_at INTEGER, PRIMARY KEY (cluster, key_id)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS lease (cluster INTEGER NOT NULL, ip TEXT NOT NULL, from_at INTEGER NOT NULL, uid TEXT NOT NULL, to_at INTEGER, host_network INTEGER NOT NULL,
      PRIMARY KEY (cluster, ip, from_at, uid)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS life (cluster INTEGER NOT NULL, uid TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, owner TEXT,
      first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, gone_at INTEGER, PRIMARY KEY (cluster, uid)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS life_name ON life (cluster, kind, namespace, name, first_at, uid);
    CREATE TABLE IF NOT EXISTS latest (cluster INTEGER NOT NULL, at INTEGER NOT NULL, epoch INTEGER NOT NULL, shard INTEGER NOT NULL, shards INTEGER NOT NULL,
      watermark INTEGER NOT NULL, seq INTEGER NOT NULL, base INTEGER, same_as INTEGER, codec INTEGER NOT NULL, inflated INTEGER NOT NULL, body BLOB NOT NULL,
      PRIMARY KEY (cluster, at, epoch, shard)) WITHOUT ROWID;`,
};

/** What is written, by name: the same row twice is one row. */
export const WRITES = {
  object:
    'INSERT INTO object (cluster, uid, kind, namespace, name, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  word: 'INSERT INTO word (text) VALUES (?) ON CONFLICT DO NOTHING',
  rev: `INSERT INTO rev (object, at, rv, op, enc, base_at, base_rv, inflated, api_version, owner, actor, reconstructed, gone_after, diff, body)
    VALUES ((SELECT id FROM object WHERE cluster = ?1 AND uid = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, (SELECT id FROM word WHERE text = ?10),
    (SELECT id FROM word WHERE text = ?11), (SELECT id FROM word WHERE text = ?12), (SELECT id FROM word WHERE text = ?13), ?14, ?15, ?16) ON CONFLICT DO NOTHING`,
  head: 'INSERT INTO head VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  shard: 'INSERT INTO shard VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  delta: 'INSERT INTO delta VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  event: 'INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  change: 'INSERT INTO change VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rest = excluded.rest',
  span: `INSERT INTO span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    skew = iif(excluded.to_at >= to_at, excluded.skew, skew), to_at = max(to_at, excluded.to_at)`,
  chunkHead: 'INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  chunkBody: 'INSERT INTO body VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  chunkHeadAnew: 'INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  chunkBodyAnew: 'INSERT OR REPLACE INTO body VALUES (?, ?, ?, ?)',
  seen: `INSERT INTO seen VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about,
    first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)`,
  token: 'INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?)',
  forgetToken: 'DELETE FROM token WHERE cluster = ? AND id = ?',
  person: 'INSERT INTO person VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  personChanged: 'UPDATE person SET rest = ?3 WHERE name = ?1 AND id = ?2',
  forgetPerson: 'DELETE FROM person WHERE name = ?',
  credential: 'INSERT OR REPLACE INTO credential (hash, user, rest) VALUES (?, ?, ?)',
  credentialUsed: 'UPDATE credential SET last_used_at = ?2 WHERE hash = ?1',
  forgetCredential: 'DELETE FROM credential WHERE hash = ?',
  joinToken: 'INSERT INTO join_token (hash, rest) VALUES (?, ?) ON CONFLICT DO NOTHING',
  takeJoinToken: 'UPDATE join_token SET used_for = ?2, used_at = ?3 WHERE hash = ?1 AND used_for IS NULL',
  forgetJoinToken: 'DELETE FROM join_token WHERE hash = ?',
  audit: 'INSERT INTO audit VALUES (?, ?, ?, ?, ?)',
  auditHead: 'INSERT INTO audit_head VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n, hash = excluded.hash',
  cluster: `INSERT INTO cluster (name, kind, uid, version, enrolled_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET
    kind = excluded.kind, uid = coalesce(excluded.uid, uid), version = coalesce(excluded.version, version)`,
  agentKey: `INSERT INTO agent_key VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    public_key = excluded.public_key, revoked_at = coalesce(revoked_at, excluded.revoked_at)`,
  revokeKey: 'UPDATE agent_key SET revoked_at = coalesce(revoked_at, ?3) WHERE cluster = ?1 AND key_id = ?2',
  mark: 'INSERT INTO mark VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  lease: `INSERT INTO lease VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    to_at = coalesce(excluded.to_at, to_at), host_network = excluded.host_network`,
  life: `INSERT INTO life VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET owner = coalesce(excluded.owner, owner),
    first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at), gone_at = max(coalesce(gone_at, 0), coalesce(excluded.gone_at, 0))`,
  latest: 'INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  forgetLatest: 'DELETE FROM latest WHERE cluster = ?',
  forgetLives: 'DELETE FROM life WHERE gone_at >= last_at AND gone_at > 0 AND gone_at < ?',
  forgetLeases: 'DELETE FROM lease WHERE to_at < ?',
} as const;
export type WriteName = keyof typeof WRITES;

export type Value = string | number | null | Uint8Array;
/** One statement with its values, for one file. */
export interface Write {
  readonly kind: FileKind;
  readonly path: string;
  readonly statement: WriteName;
  readonly values: readonly Value[];
}

export const PAGE_BYTES = 16_384;
