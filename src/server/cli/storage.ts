import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { count } from "../../protocol/format.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { ledgerMigrations } from "../economy/schema.ts";
import { checkFile, checkRows, checkSchema, migrationOf, schemaQuery } from "../economy/storeCheck.ts";
import type { RowSource } from "../economy/report.ts";
import type { SchemaPart, StoreProblem } from "../economy/storeCheck.ts";
import { mergeStore } from "../economy/storeMerge.ts";
import { liveEndpoints } from "../endpoint/entries.ts";
import { dataFiles } from "../platform/dataFolder.ts";
import { ToolError } from "../platform/errors.ts";
import { StorageError } from "../storage/database.ts";
import { restoreStore, writeWhole } from "../storage/restore.ts";
import { editImage } from "../storage/sqljs/image.ts";
import { keptIndexes } from "../vectors/indexFiles.ts";
import { openStoreFile, storeBytes, storePaths, vacuumStore } from "../storage/storeFiles.ts";
import type { StoreBytes, StoreFile, StoreFolder } from "../storage/storeFiles.ts";
import { UsageError, expectPositionals, parseOptions, print, shared } from "./options.ts";
import { readSettings, settingFlags } from "./settings.ts";

export const storageUsage = [
  "storage stats | check | vacuum [--workspace DIR] [--json]",
  "storage backup FILE [--overwrite] [--workspace DIR] [--json]",
  "storage restore FILE [--workspace DIR] [--json]",
];

/** What a command answers: JSON for programs, text for people. */
interface Answer {
  readonly json: unknown;
  readonly text: string;
  readonly failed?: boolean;
}

/** The store of this user: the ledger with its calls, runs and totals. */
export async function storage(args: readonly string[]): Promise<number> {
  const options = { ...shared, ...settingFlags("other"), overwrite: { type: "boolean", default: false } } as const;
  const { values, positionals } = parseOptions(args, options);
  const [verb = "", file, ...more] = positionals;
  expectPositionals(more, 0);
  const settings = readSettings(values);
  const needsFile = verb === "backup" || verb === "restore";
  if (needsFile !== (file !== undefined) || (values.overwrite && verb !== "backup")) throw wrongUse();
  const { json, text, failed = false } = await asToolError(() => run(verb, { settings, file: file ?? "", values }));
  print(values.json ? JSON.stringify(json) : text);
  return failed ? 1 : 0;
}

function wrongUse(): UsageError {
  return new UsageError(`Use: ${storageUsage.join("\n     ")}`);
}

interface Request {
  readonly settings: HeadlessSettings;
  readonly file: string;
  readonly values: { readonly overwrite: boolean };
}

function run(verb: string, { settings, file, values }: Request): Promise<Answer> {
  const folder = storeFolder(settings);
  switch (verb) {
    case "stats":
      return showStats(folder, settings);
    case "check":
      return check(folder);
    case "vacuum":
      return vacuum(folder);
    case "backup":
      return backup(folder, path.resolve(file), values.overwrite);
    case "restore":
      return restore(folder, path.resolve(file), settings.data);
    default:
      throw wrongUse();
  }
}

export function storeFolder(settings: HeadlessSettings): StoreFolder {
  return {
    folder: path.join(settings.data, "ledger"),
    name: "ledger",
    engine: settings["storage.engine"],
    wasm: fileURLToPath(new URL("./sql-wasm.wasm", import.meta.url)),
  };
}

/** A failure of the store as the command line says it. */
export async function asToolError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StorageError) throw new ToolError("NOT_READY", error.message, error.remedy);
    throw error;
  }
}

async function withStore<T>(file: string, folder: StoreFolder, work: (store: StoreFile) => T): Promise<T> {
  const store = await openStoreFile(file, folder);
  try {
    return store.snapshot(() => work(store));
  } finally {
    store.close();
  }
}

export interface StoreStats {
  readonly file: string;
  readonly engine: "node" | "sqljs";
  readonly bytes: StoreBytes;
  readonly migrations: readonly number[];
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
  /** When the oldest and the newest call or run began; absent without any. */
  readonly oldest?: string;
  readonly newest?: string;
  /** Calls and runs that began before it are deleted, their totals kept; absent while none is. */
  readonly rowsSince?: string;
}

/** Of each store, that of the engine first. */
export async function statsOf(folder: StoreFolder): Promise<readonly StoreStats[]> {
  const all: StoreStats[] = [];
  for (const file of storePaths(folder)) {
    all.push(await withStore(file, folder, (store) => ({ ...facts(store), bytes: storeBytes(file) })));
  }
  return all;
}

function facts(store: StoreFile): Omit<StoreStats, "bytes"> {
  const tables = store
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .map(({ name }) => String(name));
  const rows = Object.fromEntries(
    tables.map((table) => [table, Number(store.all(`SELECT count(*) AS n FROM "${table}"`)[0]?.["n"])]),
  );
  const around = { name: store.name, engine: store.engine };
  if (migrationOf(store) === undefined) return { file: around.name, engine: around.engine, migrations: [], rows };
  const [times] = store.all(
    "SELECT min(oldest) AS oldest, max(newest) AS newest FROM (SELECT min(at) AS oldest, max(at) AS newest FROM calls " +
      "UNION ALL SELECT min(at), max(at) FROM runs)",
  );
  const hasTotals = tables.includes("rows_kept");
  const since = hasTotals ? Number(store.all("SELECT max(since) AS since FROM rows_kept")[0]?.["since"]) : 0;
  return {
    file: around.name,
    engine: around.engine,
    migrations: store.all("SELECT id FROM migrations ORDER BY id").map(({ id }) => Number(id)),
    rows,
    ...(typeof times?.["oldest"] === "number" && { oldest: new Date(times["oldest"]).toISOString() }),
    ...(typeof times?.["newest"] === "number" && { newest: new Date(times["newest"]).toISOString() }),
    ...(since > 0 && { rowsSince: new Date(since).toISOString() }),
  };
}

async function showStats(folder: StoreFolder, settings: HeadlessSettings): Promise<Answer> {
  const keepDays = settings["ledger.keepDays"];
  const stores = await statsOf(folder);
  const indexes = await keptIndexes(path.join(settings.data, "vectors"));
  const text = [
    ...stores.map(describeStats),
    ...(stores.length === 0 ? [noStore(folder)] : []),
    `Calls and runs are kept for ${count(keepDays)} days, their totals for good.`,
    ...(stores.length > 1 ? ["Reports add the files up; each is written by a process of its own."] : []),
    ...indexes.map(
      ({ model, vectors, dimensions, bytes, indexed, files }) =>
        `Search by meaning, ${model}: ${count(vectors)} vectors of ${String(dimensions)} dimensions, ${kilobytes(bytes)}; ${count(indexed)} of ${count(files)} files`,
    ),
  ].join("\n");
  return { json: { folder: folder.folder, keepDays, stores, indexes }, text };
}

function noStore({ folder }: StoreFolder): string {
  return `No store in ${folder} yet.`;
}

const engines = { node: "SQLite of Node", sqljs: "sql.js" } as const;

function describeStats(stats: StoreStats): string {
  const { file, engine, bytes, migrations, rows, oldest, newest, rowsSince } = stats;
  const log = bytes.log === 0 ? "" : `, ${kilobytes(bytes.log)} in its ${engine === "node" ? "log" : "journal"}`;
  return [
    `${file}: ${engines[engine]}, ${kilobytes(bytes.file)}${log}, migrations ${migrations.join(", ") || "none"}`,
    ...(oldest === undefined || newest === undefined ? [] : [`  calls and runs from ${oldest} to ${newest}`]),
    ...(rowsSince === undefined ? [] : [`  before ${rowsSince} only totals`]),
    ...Object.entries(rows).map(([table, number]) => `  ${table.padEnd(12)} ${count(number)}`),
  ].join("\n");
}

function kilobytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The schema as each migration leaves it. */
type Schemas = ReadonlyMap<number, readonly SchemaPart[]>;

function readSchemas({ wasm }: StoreFolder): Promise<Schemas> {
  return editImage({ wasm }, ({ exec, all }) => {
    exec("CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY)");
    return new Map(
      ledgerMigrations.map(({ id, sql }) => {
        exec(sql);
        return [id, all(schemaQuery).map((part) => ({ name: String(part["name"]), sql: String(part["sql"]) }))];
      }),
    );
  });
}

const newestMigration = ledgerMigrations.at(-1)?.id ?? 0;

/** What makes a file unfit to be the store. */
function unfit(store: RowSource, schemas: Schemas): readonly StoreProblem[] {
  const broken = checkFile(store);
  if (broken.length > 0) return broken;
  const id = migrationOf(store);
  if (id === undefined) return [notOurs];
  if (id > newestMigration) return [tooNew];
  return checkSchema(store, schemas.get(id) ?? []);
}

async function problemsOf(file: string, folder: StoreFolder): Promise<readonly StoreProblem[]> {
  const schemas = await readSchemas(folder);
  try {
    return await withStore(file, folder, (store) => {
      const problems = unfit(store, schemas);
      const isNewest = problems.length === 0 && migrationOf(store) === newestMigration;
      return isNewest ? checkRows(store) : problems;
    });
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return [{ message: error.message, remedy: error.remedy }];
  }
}

const otherFile = "Name a file that `storage backup` of this version, or of an older one, wrote.";
const notOurs = { message: "It is no store of Langflow Connect.", remedy: "Move the file away; a new one is made." };
const tooNew = {
  message: "The store was written by a newer version of Langflow Connect.",
  remedy: "Update Langflow Connect.",
};

export async function checkStores(folder: StoreFolder) {
  const stores = [];
  for (const file of storePaths(folder)) {
    stores.push({ file: path.basename(file), problems: await problemsOf(file, folder) });
  }
  return stores;
}

async function check(folder: StoreFolder): Promise<Answer> {
  const stores = await checkStores(folder);
  const lines = stores.flatMap(({ file, problems }) =>
    problems.length === 0
      ? [`${file}: ok.`]
      : problems.map(({ message, remedy }) => `${file}: ${message}\n  ${remedy}`),
  );
  const failed = stores.some(({ problems }) => problems.length > 0);
  return { json: { ok: !failed, stores }, text: lines.join("\n") || noStore(folder), failed };
}

async function vacuum(folder: StoreFolder): Promise<Answer> {
  const stores = [];
  for (const file of storePaths(folder)) {
    const before = storeBytes(file);
    const name = path.basename(file);
    try {
      await vacuumStore(file, folder);
      stores.push({ file: name, before, after: storeBytes(file) });
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      stores.push({ file: name, before, problem: { message: error.message, remedy: error.remedy } });
    }
  }
  const text = stores.map(({ file, before, after, problem }) =>
    after
      ? `${file}: ${kilobytes(before.file + before.log)} before, ${kilobytes(after.file + after.log)} after.`
      : `${file}: left as it is. ${problem.message} ${problem.remedy}`,
  );
  const failed = stores.some(({ problem }) => problem !== undefined);
  return { json: { stores }, text: text.join("\n") || noStore(folder), failed };
}

async function backup(folder: StoreFolder, file: string, overwrite: boolean): Promise<Answer> {
  if (!overwrite && existsSync(file)) {
    throw new ToolError("CONFLICT", `${file} exists.`, "Name another file, or add --overwrite.");
  }
  if (path.dirname(file) === folder.folder) {
    throw new ToolError("INVALID_ARGUMENT", "The backup would lie among the stores.", "Name a file in another folder.");
  }
  const [first, ...others] = storePaths(folder);
  if (first === undefined) throw new ToolError("NOT_FOUND", noStore(folder), "Nothing needs a backup.");
  const main = await openStoreFile(first, folder);
  const more: StoreFile[] = [];
  try {
    for (const other of others) more.push(await openStoreFile(other, folder));
    const oldest = [main, ...more].find((store) => migrationOf(store) !== newestMigration);
    if (more.length > 0 && oldest) {
      throw new ToolError(
        "CONFLICT",
        `${oldest.name} is of another version, so that the stores cannot be put together.`,
        "Start a server of this version with the same engine once, or move the file away.",
      );
    }
    await writeWhole(file, async (temporary) => {
      main.copyTo(temporary);
      if (more.length === 0) return;
      await editImage({ file: temporary, wasm: folder.wasm }, (into) => {
        for (const other of more) mergeStore(into, other);
      });
    });
  } finally {
    for (const store of [main, ...more]) store.close();
  }
  const rows = await withStore(file, { ...folder }, (store) => facts(store).rows);
  const stores = [main, ...more].map(({ name }) => name);
  const text = [
    `${file}: the calls, runs and totals of ${stores.join(", ")}.`,
    "Budgets (budgets.json), prices, links to Langflow, tokens and kept versions of files are not in it.",
  ].join("\n");
  return { json: { file, stores, rows }, text };
}

async function restore(folder: StoreFolder, from: string, data: string): Promise<Answer> {
  const [server] = await liveEndpoints({ folder: dataFiles(data, "").endpoints });
  if (server) {
    throw new ToolError(
      "CONFLICT",
      `A server runs: ${server.url}, process ${String(server.pid)}.`,
      "Stop all servers, close the windows of VS Code, and try again.",
    );
  }
  const schemas = await readSchemas(folder);
  const { file, kept } = await restoreStore({
    ...folder,
    from,
    now: new Date(),
    check(store) {
      const [problem] = unfit(store, schemas);
      if (problem)
        throw new StorageError("refused", `${from} can't be restored. ${problem.message}`, { remedy: otherFile });
    },
    async others(own) {
      for (const other of storePaths(folder)) {
        if (other === own) continue;
        const rows = await withStore(other, folder, (store) => facts(store).rows).catch(() => undefined);
        if (rows && (rows["calls"] ?? 0) + (rows["runs"] ?? 0) === 0) continue;
        throw new StorageError("refused", `${other} has rows too, which would be counted beside the restored ones.`, {
          remedy: "Make a backup, which contains them, and move this file and those that begin with its name away.",
        });
      }
    },
  });
  const stats = await withStore(file, folder, facts);
  const text = [
    `${path.basename(file)} is restored from ${from}.`,
    kept === undefined ? "There was no store before." : `The replaced store is in ${kept}.`,
  ].join("\n");
  return { json: { file, from, ...(kept !== undefined && { kept }), rows: stats.rows }, text };
}
