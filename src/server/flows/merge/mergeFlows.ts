import { isDeepStrictEqual } from "node:util";
import { diff3Merge } from "node-diff3";
import { fileForm, isFields, own } from "../files/flowFile.ts";
import type { Fields, FlowFile } from "../files/flowFile.ts";
import { Conflict } from "./conflict.ts";
import type { Three } from "./conflict.ts";
import { mergedList } from "./mergedList.ts";
import { markedText } from "./markedText.ts";

export interface MergedFlow {
  /** What both changed otherwise, in words; none when the merge is whole. */
  readonly conflicts: readonly string[];
  /** The text of the file, with git's marks around each conflict. */
  readonly text: string;
}

type Path = readonly string[];

/**
 * Merges two changes of one flow, component by component and field by field; code and texts of several lines, line by
 * line. Positions never conflict: mine are kept. Without a base, everything that differs is a conflict.
 */
export function mergeFlows({ base, mine, theirs }: Three<FlowFile> | WithoutBase): MergedFlow {
  const conflicts: string[] = [];
  const form = ({ fields }: FlowFile) => fileForm(fields, { codeAsLines: mine.codeAsLines, secrets: "kept" });
  const three = { base: base ? form(base) : {}, mine: form(mine), theirs: form(theirs) };
  const merged = createMerging((words) => conflicts.push(words)).object(three, []);
  return { conflicts, text: markedText(merged) };
}

interface WithoutBase {
  readonly base: FlowFile | undefined;
  readonly mine: FlowFile;
  readonly theirs: FlowFile;
}

function createMerging(report: (words: string) => void) {
  function conflict(three: Three<unknown>, path: Path): Conflict {
    report(wordsOf(path, three));
    return Conflict.between(three);
  }

  /** The merged value; undefined when it is absent. */
  function any(three: Three<unknown>, path: Path): unknown {
    const { base, mine, theirs } = three;
    if (isDeepStrictEqual(mine, theirs) || isDeepStrictEqual(base, theirs)) return mine;
    if (isDeepStrictEqual(base, mine)) return theirs;
    if (isLayout(path)) return mine ?? theirs;
    // Two additions of one name are merged as changes of nothing.
    if (isObject(mine) && isObject(theirs) && (base === undefined || isObject(base))) {
      const objects = { base: base ?? {}, mine, theirs };
      if (isGraph(mine) && isGraph(theirs)) return graph(objects, path);
      return path.at(-2) === "template" ? field(objects, path) : object(objects, path);
    }
    const lists = asLists(three);
    const keyed = lists && mergedList(lists, (item, key) => any(item, [...path, key]));
    if (keyed) return keyed;
    return lines(three) ?? conflict(three, path);
  }

  function object({ base, mine, theirs }: Three<Fields>, path: Path): Fields {
    const keys = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
    const merged = [...keys].map((key) => {
      const three = { base: own(base, key), mine: own(mine, key), theirs: own(theirs, key) };
      return [key, any(three, [...path, key])] as const;
    });
    return Object.fromEntries(merged.filter(([, value]) => value !== undefined));
  }

  /** A value and the flag that makes it the name of a variable go together. */
  function field(three: Three<Fields>, path: Path): unknown {
    const pairOf = (one: Fields) => [own(one, "value"), own(one, "load_from_db")];
    const { base, mine, theirs } = three;
    const [was, here, there] = [pairOf(base), pairOf(mine), pairOf(theirs)];
    const isChanged = [was, there].every((pair) => !isDeepStrictEqual(here, pair)) && !isDeepStrictEqual(was, there);
    if (isChanged && here[1] !== there[1]) return conflict(three, path);
    const merged = object(three, path);
    const { value } = merged;
    if (own(merged, "type") !== "code" || !(value instanceof Conflict)) return merged;
    return { ...merged, value: codeLines(value) ?? value };
  }

  /** Components, and the edges between them. */
  function graph(three: Three<Fields>, path: Path): Fields {
    const nodes = listsOf(three, "nodes");
    const edges = listsOf(three, "edges");
    const contested = contestedNodes(nodes, edges);
    const mergedNodes = mergedList(nodes, (node, id) => {
      if (contested.has(id)) return conflict(node, [...path, "nodes", id]);
      const isRemoved = node.base !== undefined && (node.mine === undefined || node.theirs === undefined);
      return isRemoved ? undefined : any(node, [...path, "nodes", id]);
    });
    const isContested = (edge: unknown) => isFields(edge) && endsOf(edge).some((end) => contested.has(end));
    const mergedEdges = mergedList(edges, (edge, id) =>
      // The edges of a component go with it, so that each answer to the conflict is whole.
      Object.values(edge).some(isContested) ? edgeOfContested(edge) : any(edge, [...path, "edges", id]),
    );
    const rest = (one: Fields) => Object.fromEntries(Object.entries(one).filter(([key]) => !isGraphKey(key)));
    const { base, mine, theirs } = three;
    const others = object({ base: rest(base), mine: rest(mine), theirs: rest(theirs) }, path);
    if (!mergedNodes || !mergedEdges) {
      // Ids that are missing or there twice: they identify nothing.
      return { ...others, ...conflictKeys(three, path) };
    }
    return { ...others, nodes: mergedNodes, edges: withoutRivals(mergedEdges, { edges, nodes: mergedNodes, path }) };
  }

  function conflictKeys({ base, mine, theirs }: Three<Fields>, path: Path): Fields {
    const entries = ["nodes", "edges"].map((key) => {
      const three = { base: own(base, key), mine: own(mine, key), theirs: own(theirs, key) };
      const { base: was, mine: here, theirs: there } = three;
      if (isDeepStrictEqual(here, there) || isDeepStrictEqual(was, there)) return [key, here] as const;
      return [key, isDeepStrictEqual(was, here) ? there : conflict(three, [...path, key])] as const;
    });
    return Object.fromEntries(entries);
  }

  /** An input that takes one edge, and got one on each side. */
  function withoutRivals(
    merged: readonly unknown[],
    { edges, nodes, path }: { edges: Three<readonly unknown[]>; nodes: readonly unknown[]; path: Path },
  ): readonly unknown[] {
    const had = (list: readonly unknown[]) => new Set(list.filter(isFields).map((edge) => edge["id"]));
    const [before, here, there] = [had(edges.base), had(edges.mine), had(edges.theirs)];
    const inputs = new Map<string, Fields[]>();
    for (const edge of merged.filter(isObject)) {
      const input = inputOf(edge);
      if (input !== undefined && !takesMany(nodes, input)) {
        const key = input.join("\n");
        inputs.set(key, [...(inputs.get(key) ?? []), edge]);
      }
    }
    const rivals = new Set<unknown>();
    for (const rival of inputs.values()) {
      const added = rival.filter((edge) => !before.has(edge["id"]));
      const mine = added.find((edge) => here.has(edge["id"]) && !there.has(edge["id"]));
      const theirs = added.find((edge) => there.has(edge["id"]) && !here.has(edge["id"]));
      if (!mine || !theirs) continue;
      report(wordsOf([...path, "edges", String(mine["id"])], { base: undefined, mine, theirs }));
      rivals.add(mine).add(theirs);
    }
    return merged.map((edge) => {
      if (!rivals.has(edge) || !isFields(edge)) return edge;
      const isMine = here.has(edge["id"]);
      return Conflict.between({ base: undefined, mine: isMine ? edge : undefined, theirs: isMine ? undefined : edge });
    });
  }

  return { object };
}

/** Components that one side removed and the other changed or newly connected. */
function contestedNodes(nodes: Three<readonly unknown[]>, edges: Three<readonly unknown[]>): ReadonlySet<string> {
  const byId = (list: readonly unknown[]) => new Map(list.filter(isFields).map((one) => [String(one["id"]), one]));
  const [before, here, there] = [byId(nodes.base), byId(nodes.mine), byId(nodes.theirs)];
  const [wired, ...sides] = [byId(edges.base), byId(edges.mine), byId(edges.theirs)];
  const newEnds = sides.map((side) => {
    return new Set([...side].flatMap(([id, edge]) => (wired.has(id) ? [] : endsOf(edge))));
  });
  const contested = [...before].filter(([id, node]) => {
    const [mine, theirs] = [here.get(id), there.get(id)];
    const isWired = newEnds.some((ends) => ends.has(id));
    if (mine && !theirs) return isWired || !isSameNode(node, mine);
    if (theirs && !mine) return isWired || !isSameNode(node, theirs);
    return false;
  });
  return new Set(contested.map(([id]) => id));
}

/** Apart from where it is on the canvas. */
function isSameNode(one: Fields, other: Fields): boolean {
  const apart = (node: Fields) => Object.fromEntries(Object.entries(node).filter(([key]) => !layoutKeys.has(key)));
  return isDeepStrictEqual(apart(one), apart(other));
}

function edgeOfContested(edge: Three<unknown>): unknown {
  const { base, mine, theirs } = edge;
  return isDeepStrictEqual(mine, theirs) && isDeepStrictEqual(base, mine) ? mine : Conflict.between(edge);
}

/** Texts of several lines, and lists of texts; undefined when they are none, or conflict. */
function lines({ base, mine, theirs }: Three<unknown>): unknown {
  const regions = regionsOf({ base, mine, theirs });
  const merged = regions?.map(({ ok }) => ok) ?? [undefined];
  if (!merged.every((region) => region !== undefined)) return undefined;
  return Array.isArray(mine) ? merged.flat() : merged.flat().join("\n");
}

/** Code in conflict stands as lines, so that one sees which. */
function codeLines(conflict: Conflict): unknown {
  const regions = regionsOf({ base: conflict.base[0] ?? "", mine: conflict.mine[0], theirs: conflict.theirs[0] });
  return regions?.flatMap(({ ok, conflict: other }): readonly unknown[] => {
    if (ok) return ok;
    return other ? [new Conflict({ base: other.o, mine: other.a, theirs: other.b })] : [];
  });
}

function regionsOf(three: Three<unknown>) {
  const [base, mine, theirs] = [three.base, three.mine, three.theirs].map(linesOf);
  if (!base || !mine || !theirs || mine.length < 2 || theirs.length < 2) return undefined;
  return diff3Merge(mine, base, theirs);
}

function linesOf(value: unknown): string[] | undefined {
  if (typeof value === "string") return value.split("\n");
  const isLines = Array.isArray(value) && value.every((line) => typeof line === "string");
  return isLines ? value : undefined;
}

const layoutKeys: ReadonlySet<string> = new Set(["position", "measured", "width", "height", "viewport"]);

/** Where a component is on the canvas, and what of the canvas was seen. */
function isLayout(path: Path): boolean {
  const [parent, key = ""] = [path.at(-3), path.at(-1)];
  if (!layoutKeys.has(key)) return false;
  return parent === "nodes" || path.at(-2) === "data";
}

function isGraph(value: Fields): boolean {
  return Array.isArray(value["nodes"]) && Array.isArray(value["edges"]);
}

function isGraphKey(key: string): boolean {
  return key === "nodes" || key === "edges";
}

function endsOf(edge: Fields): string[] {
  return [edge["source"], edge["target"]].map(String);
}

/** Component and field that an edge leads to. */
function inputOf(edge: Fields): readonly [string, string] | undefined {
  const { data, target } = edge;
  const handle = isFields(data) ? data["targetHandle"] : undefined;
  const name = isFields(handle) ? handle["fieldName"] : undefined;
  return typeof name === "string" && typeof target === "string" ? [target, name] : undefined;
}

function takesMany(nodes: readonly unknown[], [id, name]: readonly [string, string]): boolean {
  const node = nodes.filter(isObject).find((one) => one["id"] === id);
  let inner: unknown = node;
  for (const key of ["data", "node", "template", name]) inner = isObject(inner) ? own(inner, key) : undefined;
  return !isObject(inner) || inner["list"] === true;
}

function listsOf({ base, mine, theirs }: Three<Fields>, key: string): Three<readonly unknown[]> {
  const list = (one: Fields): readonly unknown[] => {
    const value = own(one, key);
    return Array.isArray(value) ? value : [];
  };
  return { base: list(base), mine: list(mine), theirs: list(theirs) };
}

function asLists({ base, mine, theirs }: Three<unknown>): Three<readonly unknown[]> | undefined {
  if (!Array.isArray(mine) || !Array.isArray(theirs)) return undefined;
  if (base === undefined) return { base: [], mine, theirs };
  return Array.isArray(base) ? { base, mine, theirs } : undefined;
}

/** Neither a list, nor a number that is kept as it was written, nor a conflict. */
function isObject(value: unknown): value is Fields {
  return isFields(value) && !JSON.isRawJSON(value) && !(value instanceof Conflict);
}

/** `Model-1.temperature`, `Model-1`, `Prompt-1 → Model-1` or the name of a setting. */
function wordsOf(path: Path, { mine, theirs }: Three<unknown>): string {
  const key = path.at(-1) ?? "";
  if (path.at(-2) === "edges") {
    const edge = [mine, theirs].find(isFields);
    return edge ? endsOf(edge).join(" → ") : "the connections";
  }
  const id = path[path.lastIndexOf("nodes") + 1] ?? key;
  const field = path[path.lastIndexOf("template") + 1];
  if (!path.includes("nodes")) return key;
  if (path.includes("template") && field !== undefined) return `${id}.${field}`;
  if (path.at(-2) !== "nodes") return `${id}: ${key}`;
  return mine === undefined || theirs === undefined
    ? `${id}, which was removed ${mine === undefined ? "here" : "in Langflow"} and changed on the other side`
    : id;
}
