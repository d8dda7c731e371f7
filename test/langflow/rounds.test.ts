import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { textOfSide } from "../../src/protocol/conflictMarks.ts";
import type { WrittenFlow } from "../../src/protocol/flowFiles.ts";
import { ToolError } from "../../src/server/platform/errors.ts";
import { randomOf } from "./flowMutations.ts";
import { openFlowServices, secretKey } from "./flowServices.ts";
import type { FlowServices } from "./flowServices.ts";

const rounds = 100;
const seed = 13;
const actors = ["plum", "pear", "canvas"] as const;
type Actor = (typeof actors)[number];

/** A value of the flow that somebody changes: the text of a component, a line of the shared code, or a setting. */
type Cell = `${string}.text` | `code ${Actor}` | "endpoint_name" | "description";

/** A change that Langflow has acknowledged. */
interface Write {
  readonly cell: Cell;
  readonly value: string;
  /** What its author knew the cell to have when it was written over. */
  readonly saw: string;
}

interface Flow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly endpoint_name: string | null;
  readonly folder_id?: string | null;
  readonly locked?: boolean | null;
  readonly version_token?: string;
  readonly data: {
    readonly nodes: readonly {
      readonly id: string;
      readonly data: { readonly node: { readonly template: Record<string, { value: unknown; password?: boolean }> } };
    }[];
  };
}

/** A component for each actor, and one for all. */
function orchard() {
  const nodes = [...actors, "shared"].map((id, at) => {
    const code = actors.flatMap((actor) => [`# ${actor}`, "", `${actor} = "start"`, "", ""]).join("\n");
    const template = {
      _type: "Component",
      api_key: { type: "str", password: true, load_from_db: false, value: `${secretKey}-${id}` },
      token: { type: "str", password: true, load_from_db: true, value: "CIDER_TOKEN" },
      text: { type: "str", value: "start" },
      code: { type: "code", value: code },
    };
    const node = { template, outputs: [], display_name: "Press" };
    return { id, type: "genericNode", position: { x: at * 400, y: 0 }, data: { id, type: "Press", node } };
  });
  return { nodes, edges: [] };
}

const lineOf = (actor: string) => new RegExp(`^${actor} = "(.*)"$`, "m");
const templateOf = ({ data }: Flow, id: string) => {
  const node = data.nodes.find((one) => one.id === id);
  assert.ok(node, id);
  return node.data.node.template;
};
const textOf = (template: Flow["data"]["nodes"][number]["data"]["node"]["template"], field: string): string => {
  const value = template[field]?.value;
  return Array.isArray(value) ? value.join("\n") : String(value);
};

function valueOf(flow: Flow, cell: Cell): string {
  if (cell === "endpoint_name" || cell === "description") return String(flow[cell]);
  if (cell.endsWith(".text")) return textOf(templateOf(flow, cell.slice(0, -".text".length)), "text");
  return lineOf(cell.slice("code ".length)).exec(textOf(templateOf(flow, "shared"), "code"))?.[1] ?? "gone";
}

/** A copy with another value. */
function changed(flow: Flow, cell: Cell, value: string): Flow {
  const copy = structuredClone(flow);
  if (cell === "endpoint_name" || cell === "description") return { ...copy, [cell]: value };
  const isCode = cell.startsWith("code ");
  const actor = cell.slice("code ".length);
  const template = templateOf(copy, isCode ? "shared" : cell.slice(0, -".text".length));
  const field = template[isCode ? "code" : "text"];
  assert.ok(field);
  field.value = isCode ? textOf(template, "code").replace(lineOf(actor), `${actor} = "${value}"`) : value;
  return copy;
}

/**
 * What is wrong with a cell: each acknowledged value was what a later author knew when writing over it, or it is there.
 * Nothing of ours has part in this.
 */
function lostOf(cell: Cell, { before, now, writes }: { before: string; now: string; writes: readonly Write[] }) {
  const left = writes.filter((write) => write.cell === cell);
  let value = before;
  for (;;) {
    const next = left.findIndex(({ saw }) => saw === value);
    if (next === -1) break;
    value = left.splice(next, 1)[0]?.value ?? value;
  }
  if (left.length === 0 && value === now) return [];
  return [`${cell}: ${before} → ${now}, but acknowledged was ${JSON.stringify(writes)}`];
}

describe("two editors and a canvas at one flow of Langflow 1.13.0", function () {
  this.timeout(400_000);
  const editors = new Map<Actor, FlowServices>();
  let services: FlowServices;
  let id: string;
  let file: string;
  const counts = { acknowledged: 0, refused: 0, merged: 0, conflicts: 0, withdrawn: 0, reloaded: 0 };

  before(async () => {
    const [plum, pear] = await Promise.all([openFlowServices("1.13.0"), openFlowServices("1.13.0")]);
    editors.set("plum", plum).set("pear", pear);
    services = plum;
    ({ id } = await services.make("Orchard rounds", { data: orchard(), endpoint_name: "orchard-start" }));
    for (const editor of editors.values()) {
      const [pulled] = await editor.operate("flowFiles.pull", { flows: [id] });
      file = pulled?.path ?? "";
    }
  });
  after(async () => {
    for (const editor of editors.values()) await editor.close();
  });

  /** Edits the file and pushes it, as often as somebody else was first. */
  async function edit(actor: Actor, { cell, value, random }: Change): Promise<Write | undefined> {
    const editor = editors.get(actor);
    assert.ok(editor);
    const at = path.join(editor.folder, file);
    const read = (): Flow => JSON.parse(readFileSync(at, "utf8")) as Flow;
    let saw = valueOf(read(), cell);
    writeFileSync(at, JSON.stringify(changed(read(), cell, value)));
    for (let attempt = 0; attempt < 30; attempt++) {
      try {
        await editor.operate("flowFiles.push", { files: [file] });
        return { cell, value, saw };
      } catch (error) {
        if (!(error instanceof ToolError) || error.code !== "CONFLICT") throw error;
        counts.refused++;
      }
      const pulled: readonly WrittenFlow[] = await editor.operate("flowFiles.pull", { flows: [id], merge: true });
      const [merged] = pulled;
      if (merged?.result === "merged") counts.merged++;
      if (merged?.result !== "conflict") continue;
      counts.conflicts++;
      // What conflicts is what this editor changed, by name, and nothing else.
      assert.deepEqual(merged.notes, [`Both changed ${cell}.`]);
      const text = readFileSync(at, "utf8");
      saw = valueOf(JSON.parse(textOfSide(text, "theirs")) as Flow, cell);
      const isMine = random() < 0.5;
      writeFileSync(at, textOfSide(text, isMine ? "mine" : "theirs"));
      if (isMine) continue;
      counts.withdrawn++;
      return undefined;
    }
    throw new Error(`${actor} could not push ${cell}.`);
  }

  /** What the canvas has loaded. */
  let loaded: Flow | undefined;

  /** Saves as the canvas does: settings and graph as it has them, with the token; refused, it loads the flow and is asked again. */
  async function paint({ cell, value }: Change): Promise<Write> {
    for (let attempt = 0; attempt < 30; attempt++) {
      loaded ??= (await services.stored(id)) as Flow;
      const saw = valueOf(loaded, cell);
      const flow = changed(loaded, cell, value);
      const { name, description, folder_id, endpoint_name, locked, data } = flow;
      const isGraph = cell !== "endpoint_name" && cell !== "description";
      const body = { id, name, description, folder_id, endpoint_name, locked, ...(isGraph && { data }) };
      try {
        const headers = isGraph && loaded.version_token ? { "if-match": loaded.version_token } : {};
        const saved = (await services.rest("PATCH", `/api/v1/flows/${id}`, body, headers)) as Flow;
        // As the canvas: without a graph of its own in the save, it keeps the graph and the token that it has.
        loaded = isGraph ? saved : { ...saved, data: loaded.data, ...tokenOf(loaded) };
        return { cell, value, saw };
      } catch (error) {
        if (!(error instanceof Error) || !error.message.includes("flow_version_conflict")) throw error;
        counts.reloaded++;
        loaded = undefined;
      }
    }
    throw new Error(`The canvas could not save ${cell}.`);
  }

  it(`loses none of their changes in ${String(rounds)} rounds`, async () => {
    const random = randomOf(seed);
    const drawn = (actor: Actor): Cell => {
      const draw = random();
      if (draw < 0.3) return "shared.text";
      if (draw < 0.5) return `code ${actor}`;
      if (draw < 0.75 && actor === "canvas") return random() < 0.5 ? "endpoint_name" : "description";
      return `${actor}.text`;
    };
    const cells: Cell[] = ["shared.text", "endpoint_name", "description"];
    for (const actor of actors) cells.push(`${actor}.text`, `code ${actor}`);
    let before = (await services.stored(id)) as Flow;
    for (let round = 1; round <= rounds; round++) {
      const changes = actors.map((actor) => {
        const change = { cell: drawn(actor), value: `${actor}-${String(round)}`, random: randomOf(seed * round) };
        return actor === "canvas" ? paint(change) : edit(actor, change);
      });
      const writes = (await Promise.all(changes)).filter((write) => write !== undefined);
      counts.acknowledged += writes.length;
      const now = (await services.stored(id)) as Flow;
      const lost = cells.flatMap((cell) =>
        lostOf(cell, { before: valueOf(before, cell), now: valueOf(now, cell), writes }),
      );
      assert.deepEqual(lost, [], `round ${String(round)}`);
      before = now;
    }
    // Each of the ways in which a change can meet another one was taken.
    const { acknowledged, refused, merged, conflicts, withdrawn, reloaded } = counts;
    const enough = [acknowledged > 200, refused > 100, merged > 100, conflicts > 20, withdrawn > 10, reloaded > 20];
    assert.ok(!enough.includes(false), JSON.stringify(counts));
    for (const { id: node } of before.data.nodes) {
      const { api_key: key, token } = templateOf(before, node);
      assert.deepEqual([key?.value, token?.value], [`${secretKey}-${node}`, "CIDER_TOKEN"]);
    }
    for (const editor of editors.values()) {
      await editor.operate("flowFiles.pull", { flows: [id] });
      const { flows } = await editor.operate("flowFiles.status", {});
      assert.equal(flows.find((flow) => flow.id === id)?.state, "same");
      const own = JSON.parse(readFileSync(path.join(editor.folder, file), "utf8")) as Flow;
      for (const cell of cells) assert.equal(valueOf(own, cell), valueOf(before, cell));
    }
  });
});

interface Change {
  readonly cell: Cell;
  readonly value: string;
  random(): number;
}

function tokenOf({ version_token: token }: Flow): { version_token?: string } {
  return token === undefined ? {} : { version_token: token };
}
