import { needWords } from "../../../protocol/needKinds.ts";
import type { NeedKind } from "../../../protocol/needKinds.ts";
import type { VariableNames, Wanted } from "../../flows/files/flowNeeds.ts";
import { ToolError } from "../../platform/errors.ts";
import { fileName } from "./needs.ts";

/** What the other side calls what a flow uses. */
export interface Mapping {
  /** The name there; undefined where it keeps its own. */
  nameThere(kind: NeedKind, name: string): string | undefined;
  variables(used: VariableNames): VariableNames;
  wanted(all: readonly Wanted[]): readonly Wanted[];
  /** Fails for the entries that nothing asked for. */
  checkUsed(): void;
}

const mapped: readonly NeedKind[] = ["variable", "file", "mcpServer", "knowledgeBase", "flow"];

/** Entries such as `knowledge base:cellar=pantry`; a file is known by its name or its path. */
export function createMapping(entries: readonly string[]): Mapping {
  const names = new Map<string, { readonly there: string; readonly entry: string }>();
  for (const entry of entries) {
    const [, word = "", here = "", there = ""] = /^([^:]+):(.+)=([^=]+)$/.exec(entry) ?? [];
    const kind = mapped.find((each) => needWords[each].toLowerCase() === word.trim().toLowerCase());
    if (!kind) {
      const words = mapped.map((each) => needWords[each]).join(", ");
      throw new ToolError(
        "INVALID_ARGUMENT",
        `${JSON.stringify(entry)} does not say what is called differently there.`,
        `Give KIND:NAME=NAME, such as "knowledge base:cellar=pantry". The kinds are ${words}.`,
      );
    }
    names.set(`${kind} ${here}`, { there, entry });
  }
  const used = new Set<string>();
  const nameThere = (kind: NeedKind, name: string) => {
    const keys = kind === "file" ? [name, fileName(name)] : [name];
    const found = keys.map((key) => names.get(`${kind} ${key}`)).find((one) => one !== undefined);
    if (found) used.add(found.entry);
    return found?.there;
  };
  return {
    nameThere,
    variables: (all) =>
      Object.fromEntries(Object.entries(all).map(([at, name]) => [at, nameThere("variable", name) ?? name])),
    wanted: (all) =>
      all.map(({ id, ...one }) => {
        // Those of variables are mapped where the flow has them.
        const name = one.kind === "variable" ? undefined : nameThere(one.kind, one.name);
        // The id of a flow is that of the one here.
        return name === undefined ? { ...one, ...(id !== undefined && { id }) } : { ...one, name, here: one.name };
      }),
    checkUsed() {
      const unused = entries.filter((entry) => !used.has(entry));
      if (unused.length === 0) return;
      const listed = unused.map((entry) => JSON.stringify(entry)).join(", ");
      throw new ToolError(
        "INVALID_ARGUMENT",
        `The flow does not use what --map names: ${listed}.`,
        "See `flow needs` for what it uses.",
      );
    },
  };
}
