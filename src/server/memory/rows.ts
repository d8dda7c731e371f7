import { ToolError } from "../platform/errors.ts";
import type { Database, Row, SqlValue } from "../storage/database.ts";
import { newestFirst, ranked } from "./ranking.ts";
import type {
  ForgetQuery,
  FoundMemories,
  MemoryQuery,
  MemoryRow,
  MemoryViewer,
  NewMemory,
  Remembered,
  ReplaceQuery,
} from "./types.ts";

interface Rows {
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
}

/** A scan of all of them takes some 100 ms. */
const maxMemories = 10_000;

/** The same text in the same scope is renewed. What the user once wrote stays the user's. */
export function remember(database: Database, memory: NewMemory): Remembered {
  return database.transaction(() => put(database, memory));
}

/** Instead of one that the viewer sees: that one goes as this one comes, or neither. */
export function replace(database: Database, sources: readonly Rows[], query: ReplaceQuery): MemoryRow | undefined {
  const { viewer, id, now, memory } = query;
  if (!visible(sources, viewer, now).some((each) => each.id === id)) return undefined;
  return database.transaction(() => {
    if (memory.id !== id) hide(database, sources, query);
    return put(database, memory).memory;
  });
}

function put(database: Database, memory: NewMemory): Remembered {
  const { id, tenant, principal, workspace, flow, text, tags, client, callId, created, renewed, expires } = memory;
  database.prepare("DELETE FROM memories WHERE id = ? AND (expires <= ? OR forgotten)").run(id, renewed);
  const isThere = database.prepare("SELECT 1 AS found FROM memories WHERE id = ?").get(id) !== undefined;
  const count = Number(database.prepare("SELECT count(*) AS n FROM memories WHERE tenant = ?").get(tenant)?.["n"]);
  if (!isThere && count >= maxMemories) {
    throw new ToolError(
      "TOO_LARGE",
      `There are ${String(maxMemories)} memories already.`,
      "Forget some, or give new ones a time after which they expire.",
    );
  }
  const values = [id, tenant, principal, workspace, flow, text, JSON.stringify(tags), client, callId, created, renewed];
  database
    .prepare(
      "INSERT INTO memories (id, tenant, principal, workspace, flow, text, tags, client, call_id, created, renewed, expires) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET tags = excluded.tags, " +
        "renewed = excluded.renewed, expires = excluded.expires, " +
        "client = CASE excluded.call_id WHEN 'cli' THEN excluded.client ELSE client END, " +
        "call_id = CASE excluded.call_id WHEN 'cli' THEN excluded.call_id ELSE call_id END",
    )
    .run(...values, expires ?? null);
  const row = database.prepare("SELECT * FROM memories WHERE id = ?").get(id);
  return { memory: row ? memoryOf(row) : memory, renewed: isThere };
}

export function recall(sources: readonly Rows[], query: MemoryQuery): FoundMemories {
  const { viewer, scope, flow, everyFlow = false, now, limit } = query;
  const isWanted = (memory: MemoryRow) => {
    if (scope === "user") return memory.workspace === "";
    if (memory.flow !== "") return scope !== "workspace" && (everyFlow || memory.flow === flow);
    return scope === undefined || (scope === "workspace" && memory.workspace !== "");
  };
  const all = visible(sources, viewer, now).filter(isWanted);
  const found = query.query === undefined ? all.toSorted(newestFirst) : ranked(all, query.query);
  return { memories: found.slice(0, limit), total: found.length };
}

/** True when it was there. One in the store of another process is hidden by a row without its text. */
export function forget(database: Database, sources: readonly Rows[], query: ForgetQuery): boolean {
  const { viewer, id, now } = query;
  if (!visible(sources, viewer, now).some((memory) => memory.id === id)) return false;
  database.transaction(() => {
    hide(database, sources, query);
  });
  return true;
}

function hide(database: Database, sources: readonly Rows[], { viewer, id, now }: ForgetQuery): void {
  database.prepare("DELETE FROM memories WHERE id = ?").run(id);
  const isElsewhere = sources.some((source) => hasMemories(source) && source.all(byId, id).length > 0);
  if (!isElsewhere) return;
  const { tenant, principal, workspace } = viewer;
  database
    .prepare("INSERT INTO memories VALUES (?, ?, ?, ?, '', '', '[]', '', '', ?, ?, NULL, 1)")
    .run(id, tenant, principal, workspace, now, now);
}

export function forgetExpired(database: Database, now: number): void {
  database.prepare("DELETE FROM memories WHERE expires <= ?").run(now);
}

const byId = "SELECT id FROM memories WHERE id = ?";

/** A process of an older version has none. */
function hasMemories(source: Rows): boolean {
  return source.all("SELECT name FROM sqlite_schema WHERE name = 'memories'").length > 0;
}

/** Of all stores the newest row of each id. */
function visible(sources: readonly Rows[], viewer: MemoryViewer, now: number): readonly MemoryRow[] {
  const { tenant, principal, workspace } = viewer;
  const newest = new Map<string, Row>();
  for (const source of sources.filter(hasMemories)) {
    const rows = source.all(
      "SELECT * FROM memories WHERE tenant = ? AND (workspace = ? OR (workspace = '' AND principal = ?))",
      ...[tenant, workspace, principal],
    );
    for (const row of rows) {
      const known = newest.get(String(row["id"]));
      if (!known || Number(row["renewed"]) >= Number(known["renewed"])) newest.set(String(row["id"]), row);
    }
  }
  return [...newest.values()]
    .filter(({ forgotten }) => forgotten === 0)
    .map(memoryOf)
    .filter(({ expires }) => expires === undefined || expires > now);
}

function memoryOf(row: Row): MemoryRow {
  const text = (column: string) => String(row[column]);
  return {
    id: text("id"),
    workspace: text("workspace"),
    flow: text("flow"),
    text: text("text"),
    tags: tagsOf(text("tags")),
    client: text("client"),
    callId: text("call_id"),
    created: Number(row["created"]),
    renewed: Number(row["renewed"]),
    ...(row["expires"] !== null && { expires: Number(row["expires"]) }),
  };
}

function tagsOf(json: string): readonly string[] {
  const tags: unknown = JSON.parse(json);
  return Array.isArray(tags) ? tags.map(String) : [];
}
