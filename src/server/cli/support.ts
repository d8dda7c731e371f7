import { existsSync, writeFileSync } from "node:fs";
import { homedir, release } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { operations } from "../../protocol/operations.ts";
import type { OperationName, ResultOf } from "../../protocol/operations.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { callOperation } from "../endpoint/askServer.ts";
import type { EndpointEntry } from "../endpoint/entries.ts";
import { ToolError } from "../platform/errors.ts";
import { createSupportText } from "../platform/supportText.ts";
import { tarOf } from "../platform/tar.ts";
import { version } from "../platform/version.ts";
import { loadNodeSqlite } from "../storage/nodeEngine.ts";
import { writeWhole } from "../storage/restore.ts";
import { openRoots } from "../workspace/paths/roots.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags } from "./settings.ts";
import { asToolError, checkStores, statsOf, storeFolder } from "./storage.ts";

export const supportUsage = "support FILE [--workspace DIR] [--json]";

/** Writes one archive with what a support case needs, without secrets and without paths of the user's folders. */
export async function support(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...shared, ...settingFlags("other") });
  const [given, ...more] = positionals;
  expectPositionals(more, 0);
  if (given === undefined) throw new UsageError(`Use: ${supportUsage}`);
  const file = path.resolve(given);
  if (existsSync(file)) throw new ToolError("CONFLICT", `${file} exists.`, "Name another file.");
  const settings = readSettings(values);
  const roots = await openRoots(values.workspace);
  const clean = createSupportText([
    ...roots.map(({ path: folder }) => ({ path: folder, name: "<workspace>" })),
    ...values.workspace.map((folder) => ({ path: path.resolve(folder), name: "<workspace>" })),
    { path: settings.data, name: "<data>" },
    { path: homedir(), name: "~" },
  ]);
  const server = await findRunning(values.workspace, settings.data);
  const json = (value: object) => `${clean.json(value)}\n`;
  const entries = [
    { name: "versions.json", about: "versions of Langflow Connect, Node and the system", text: json(await versions()) },
    { name: "settings.json", about: "settings of this command line", text: json(shownSettings(settings)) },
    { name: "storage.json", about: "size, rows and check of the data store", text: json(await storeFacts(settings)) },
    ...(server ? await serverEntries(server) : []),
  ];
  const now = new Date();
  const archive = gzipSync(tarOf(entries, now));
  await asToolError(() =>
    writeWhole(file, (temporary) => {
      writeFileSync(temporary, archive);
      return Promise.resolve();
    }),
  );
  const files = entries.map(({ name, about, text }) => ({ name, about, bytes: Buffer.byteLength(text) }));
  const lines = [
    `${file}: a tar.gz, without secrets and with your folders named by <workspace>, <data> and ~.`,
    ...files.map(({ name, about, bytes }) => `  ${name.padEnd(13)} ${about}, ${String(bytes)} bytes`),
    ...(server ? [] : ["No server runs for this folder, so its health, log and metrics are not in it."]),
    "Look through it before you pass it on.",
  ];
  print(values.json ? JSON.stringify({ file, files, server: server !== undefined }) : lines.join("\n"));
  return 0;

  async function serverEntries(running: EndpointEntry) {
    const { signal } = stopSignal();
    const ask = async <Name extends OperationName>(name: Name): Promise<ResultOf<Name> | undefined> => {
      try {
        return operations[name].result.parse(
          await callOperation(running, { name, params: {}, signal, progress: note }),
        );
      } catch (error) {
        // Of another version, or stopped meanwhile: the other parts are of use all the same.
        note(
          `${name}: ${error instanceof ToolError ? error.message : "The server gave another answer than expected."}`,
        );
        return undefined;
      }
    };
    const [health, link, facts] = [await ask("health.get"), await ask("link.status"), await ask("support.get")];
    return [
      ...(health ? [{ name: "health.json", about: "health of the running server", text: json(health) }] : []),
      ...(link ? [{ name: "link.json", about: "its link to Langflow", text: json(link) }] : []),
      ...(facts
        ? [
            { name: "server.log", about: "its newest log lines", text: clean.lines(facts.log) },
            { name: "metrics.txt", about: "its figures, as /metrics has them", text: clean.text(facts.metrics) },
          ]
        : []),
    ];
  }
}

async function versions() {
  const { node, v8, openssl, uv } = process.versions;
  return {
    langflowConnect: version,
    node,
    v8,
    openssl,
    uv,
    nodeSqlite: (await loadNodeSqlite()) !== undefined,
    system: `${process.platform} ${release()} ${process.arch}`,
    writtenAt: new Date().toISOString(),
  };
}

/** Mail addresses say who somebody is; a path in an address of a webhook is its key. */
function shownSettings(settings: HeadlessSettings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (typeof value !== "string" || value === "") return [name, value];
      if (/mail(User|From|To)$/.test(name)) return [name, "(set)"];
      if (!URL.canParse(value) || !value.includes("://")) return [name, value];
      const { protocol, host, pathname } = new URL(value);
      return [name, `${protocol}//${host}${pathname === "/" || pathname === "" ? "" : "/***"}`];
    }),
  );
}

async function storeFacts(settings: HeadlessSettings) {
  const folder = storeFolder(settings);
  try {
    return { stores: await statsOf(folder), check: await checkStores(folder) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : "unknown" };
  }
}
