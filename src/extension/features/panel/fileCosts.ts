import { CodeLens, EventEmitter, languages, Range, workspace } from "vscode";
import type { TextDocument } from "vscode";
import { commandId } from "../../../protocol/commands.ts";
import type { CostRow } from "../../../protocol/cost.ts";
import { count, money } from "../../../protocol/format.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Disposable } from "../../support/store.ts";
import { onShownCurrency, shownCurrency } from "../../support/shownCurrency.ts";
import { toolPath } from "../../support/toolPaths.ts";

/** One report is of all files, and adds up the whole month. */
const askEveryMs = 60_000;

/** At the top of a file what it cost this month, where the user wants it. */
export function showFileCosts(server: WindowServer): readonly Disposable[] {
  const changed = new EventEmitter<void>();
  let asked: { readonly at: number; readonly rows: Promise<ReadonlyMap<string, CostRow>> } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function rows(): Promise<ReadonlyMap<string, CostRow>> {
    if (asked === undefined || Date.now() - asked.at >= askEveryMs) asked = { at: Date.now(), rows: rowsNow() };
    return asked.rows;
  }

  async function rowsNow(): Promise<ReadonlyMap<string, CostRow>> {
    const now = new Date();
    const from = new Date(now.getFullYear(), now.getMonth(), 1).toISOString();
    const to = new Date(now.getTime() + 1).toISOString();
    try {
      const report = await server.operate("ledger.cost", { from, to, by: ["file"] });
      return new Map(report.rows.map((row) => [row.key.file ?? "", row]));
    } catch {
      // The panel says why the ledger cannot be read.
      asked = undefined;
      return new Map();
    }
  }

  async function provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const path = isWanted() ? toolPath(document.uri) : undefined;
    if (path === undefined || !isRunning()) return [];
    const row = (await rows()).get(path);
    if (!row) return [];
    return [new CodeLens(new Range(0, 0, 0, 0), { title: titleOf(row), command: commandId("openPanel") })];
  }

  const isRunning = () => server.status.get().server.state === "running";

  /** Once what is known may be too old. */
  function showAgain(): void {
    if (!isWanted()) return;
    const wait = asked === undefined ? 0 : Math.max(0, asked.at + askEveryMs - Date.now());
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire();
    }, wait);
  }

  return [
    changed,
    languages.registerCodeLensProvider({ scheme: "file" }, { onDidChangeCodeLenses: changed.event, provideCodeLenses }),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`langflowConnect.${setting}`)) changed.fire();
    }),
    onShownCurrency(() => {
      changed.fire();
    }),
    server.status.onChange(showAgain),
    server.activities.onChange(showAgain),
    { dispose: () => clearTimeout(timer) },
  ];
}

const setting = "cost.codeLens";

function isWanted(): boolean {
  return workspace.getConfiguration("langflowConnect").get(setting) === true;
}

function titleOf({ cost, calls }: CostRow): string {
  const spent = cost === null ? "unknown cost" : money(cost, shownCurrency());
  return `This file: ${spent} this month, ${count(calls)} ${calls === 1 ? "call" : "calls"}`;
}
