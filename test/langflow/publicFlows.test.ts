import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { realParts } from "../../scripts/lib/realParts.ts";
import { canvasWarnings } from "./canvas.ts";
import { openFlowServices } from "./flowServices.ts";
import type { FlowServices, StoredFlow } from "./flowServices.ts";
import { sharedLangflow } from "./live.ts";
import { agenticFlow, publicFlows, starterFiles } from "./starterProjects.ts";

type Fields = Record<string, unknown>;
/** The components of a category by type. */
type Category = Record<string, { readonly template?: Record<string, Fields> }>;
/** A note has no template. */
interface Node {
  readonly id: string;
  readonly data: { readonly type: string; readonly node: Fields & { readonly template?: Record<string, Fields> } };
}

const run = promisify(execFile);
/** What no file has, since it changes by itself. */
const volatile = new Set(["positionAbsolute", "dragging", "selected"]);
const isField = (value: unknown): value is Fields => typeof value === "object" && value !== null && "value" in value;
const isVariable = ({ load_from_db: isName, value }: Fields) =>
  isName === true && typeof value === "string" && /^[A-Z_]+$/.test(value);
/** A key, or an address that Langflow itself ships in the field of a variable's name. */
const isKey = (field: Fields) => (Boolean(field["password"]) || Boolean(field["load_from_db"])) && !isVariable(field);

/** Flows that the canvas opens, twice: as many as a run of the suite has time for; LFC_TEST_CANVAS sets another number, 92 for all. */
const openCount = Number(process.env["LFC_TEST_CANVAS"] ?? 6);

describe("public flows of Langflow 1.0 to 1.13 with Langflow 1.13.0", function () {
  this.timeout(240_000 + openCount * 20_000);
  let first: FlowServices;
  /** Another folder with data of its own, as a clone on another machine. */
  let second: FlowServices;
  const cleanUp: (() => Promise<unknown>)[] = [];
  /** By its type, the code of each component that this Langflow has. */
  let catalogue: ReadonlyMap<string, unknown>;

  const textsIn = (folder: string) =>
    new Map(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
  const nodesOf = ({ data }: StoredFlow) => data.nodes as unknown as readonly Node[];
  const stored = async (ids: ReadonlySet<string>) => {
    const flows = (await first.rest("GET", "/api/v1/flows/?get_all=true")) as StoredFlow[];
    return new Map(flows.filter(({ id }) => ids.has(id)).map((flow) => [flow.id, flow]));
  };
  /** The components that the canvas marks: it compares their code with that of its catalogue. */
  const marked = (flow: StoredFlow): string[] => {
    const hasOtherCode = ({ data: { type, node } }: Node) => {
      const code = catalogue.get(type);
      return code !== undefined && code !== node.template?.["code"]?.["value"];
    };
    return nodesOf(flow)
      .filter(hasOtherCode)
      .map(({ id, data }) => `${id} ${String(data.node["edited"])}`);
  };
  /** A flow without what no file has: what changes by itself, and keys. */
  const compared = ({ name, description, data }: StoredFlow): unknown => ({
    name,
    description,
    data: JSON.parse(JSON.stringify(data), (key, value: unknown) => {
      if (volatile.has(key)) return undefined;
      return isField(value) && isKey(value) ? { ...value, value: "" } : value;
    }),
  });

  before(async () => {
    [first, second] = await Promise.all([openFlowServices("1.13.0"), openFlowServices("1.13.0")]);
    const categories = Object.values((await first.rest("GET", "/api/v1/all")) as Record<string, Category>);
    const components = categories.flatMap((category) => Object.entries(category));
    catalogue = new Map(components.map(([type, { template }]) => [type, template?.["code"]?.["value"]]));
  });
  after(async () => {
    for (const work of cleanUp) await work();
    await first.close();
    await second.close();
  });

  it("pulls them as `lfx pull` does, pushes them to a server without them, and has the same file and flow again", async () => {
    const shipped = [...starterFiles<Fields>("1.13.0").values()].map((flow) => ({ version: "1.13", flow }));
    const older = publicFlows();
    assert.ok(older.length >= 60 && shipped.length >= 27, `${older.length} and ${shipped.length}`);
    const ids = new Set<string>();
    for (const { version, flow } of [...older, ...shipped]) {
      const { id: _id, ...fields } = flow;
      const body = { ...fields, name: `${String(fields["name"])} of ${version}`, endpoint_name: null };
      ids.add(((await first.rest("POST", "/api/v1/flows/", body)) as StoredFlow).id);
    }
    cleanUp.push(async () => {
      for (const id of ids) await first.rest("DELETE", `/api/v1/flows/${id}`);
    });
    const before = await stored(ids);
    const used = [...before.values()].flatMap(nodesOf).flatMap(({ data }) => Object.values(data.node.template ?? {}));
    const names = new Set(used.filter(isVariable).map(({ value }) => value));
    assert.ok(names.has("OPENAI_API_KEY") && names.size > 5, [...names].join());
    for (const name of names) {
      const body = { name, value: "not a real key", type: "Credential", default_fields: [] };
      const { id } = (await first.rest("POST", "/api/v1/variables/", body)) as { id: string };
      cleanUp.push(() => first.rest("DELETE", `/api/v1/variables/${id}`));
    }

    const { url, apiKey } = await sharedLangflow("1.13.0");
    const command = path.join(path.dirname(realParts().langflow.versions["1.13.0"].command), "lfx");
    const lfxHere = (cwd: string, ...args: string[]) =>
      run(command, args, { cwd, env: { ...process.env, COLUMNS: "200" }, maxBuffer: 10_000_000 });
    const lfx = (cwd: string, ...args: string[]) => lfxHere(cwd, ...args, "--target", url, "--api-key", apiKey);
    const [pulled] = await Promise.all([
      first.operate("flowFiles.pull", { flows: [...ids] }),
      lfx(first.folder, "pull", "--output-dir", "theirs"),
    ]);
    assert.equal(pulled.length, ids.size);
    const files = textsIn(path.join(first.folder, "flows"));
    const theirs = textsIn(path.join(first.folder, "theirs"));
    for (const [name, text] of files) assert.equal(text, theirs.get(name), name);
    const opened = Array.from({ length: openCount }, (_, at) => {
      const id = [...ids][Math.floor((at * ids.size) / openCount)] ?? "";
      return [id, nodesOf(before.get(id) ?? assert.fail(id)).map((node) => node.id)] as const;
    });
    const warned = await canvasWarnings(first.url, opened);

    for (const id of ids) await first.rest("DELETE", `/api/v1/flows/${id}`);
    for (const name of ["flows", ".lfx"]) {
      cpSync(path.join(first.folder, name), path.join(second.folder, name), { recursive: true });
    }
    const pushed = await second.operate("flowFiles.push", {});
    assert.deepEqual(
      pushed.filter(({ result }) => result !== "created"),
      [],
    );
    assert.deepEqual(new Set(pushed.map(({ id }) => id)), ids);
    const { flows } = await second.operate("flowFiles.status", {});
    const states = new Map(flows.map(({ id, state }) => [id, state]));
    assert.deepEqual(
      [...ids].filter((id) => states.get(id) !== "same"),
      [],
    );
    await second.operate("flowFiles.pull", { flows: [...ids], dir: "again" });
    assert.deepEqual(textsIn(path.join(second.folder, "again")), files);

    // `lfx export` brings any file into its form: it finds nothing to change in ours.
    cpSync(path.join(second.folder, "again"), path.join(second.folder, "exported"), { recursive: true });
    const exported = [...files.keys()].map((name) => path.join("exported", name));
    await lfxHere(second.folder, "export", "--in-place", ...exported);
    assert.deepEqual(textsIn(path.join(second.folder, "exported")), files);

    // As Langflow's own package has it, a flow has a field that Langflow keeps of no flow and lacks some that it adds.
    const raw = { ...agenticFlow("TranslationFlow"), id: "0d1d4d40-0000-4000-8000-00000000000b" };
    cleanUp.push(() => first.rest("DELETE", `/api/v1/flows/${raw.id}`));
    writeFileSync(path.join(second.folder, "flows/raw.json"), JSON.stringify(raw));
    await second.operate("flowFiles.push", { files: ["flows/raw.json"] });
    const here = (await second.operate("flowFiles.status", {})).flows.find(({ id }) => id === raw.id);
    assert.equal(here?.state, "same");
    const [form] = await second.operate("flowFiles.pull", { flows: [raw.id], dir: "again" });
    const from = path.join(second.folder, form?.path ?? "");
    cpSync(from, path.join(second.folder, "flows/as-pulled.json"));
    const fields = Object.keys(JSON.parse(readFileSync(from, "utf8")) as object);
    assert.deepEqual(
      Object.keys(raw).filter((key) => !fields.includes(key)),
      ["last_tested_version"],
    );
    assert.deepEqual(
      fields.filter((key) => !(key in raw)),
      ["icon", "icon_bg_color", "mcp_enabled", "webhook"],
    );

    const now = await stored(ids);
    for (const [id, flow] of before) {
      const same = now.get(id);
      assert.ok(same);
      assert.deepEqual(compared(same), compared(flow), flow.name);
      assert.deepEqual(marked(same), marked(flow), flow.name);
    }
    // Those of older versions have components that it marks.
    assert.ok([...now.values()].flatMap(marked).length > 200);
    // `lfx status` compares whole files, so it never calls that one synced; `lfx push` does not rewrite it either.
    const failed: unknown = await lfx(second.folder, "status", "--dir", "flows").catch((error: unknown) => error);
    assert.ok(failed instanceof Error && "stdout" in failed);
    assert.match(String(failed.stdout), new RegExp(`${ids.size + 1} synced +· +1 (behind|ahead)`));

    assert.deepEqual(await canvasWarnings(first.url, opened), warned);
    assert.equal(warned.size, openCount);
    for (const [id, { marks }] of warned) {
      const flow = before.get(id) ?? assert.fail(id);
      const shown = marks.map((mark) => mark.slice(0, mark.indexOf(":")));
      // It shows no bar on a component that somebody edited, and marks some that its catalogue has under another name.
      const hidden = marked(flow).filter((component) => !shown.includes(component.slice(0, component.indexOf(" "))));
      assert.deepEqual(
        hidden.filter((component) => !component.endsWith(" true")),
        [],
        flow.name,
      );
    }
    // All those of older versions have some.
    const old = [...warned].filter(([id]) => !before.get(id)?.name.endsWith(" of 1.13"));
    assert.ok(old.every(([, { marks }]) => marks.length > 0));
    assert.ok(old.length > openCount / 2);
  });
});
