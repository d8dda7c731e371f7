import assert from "node:assert/strict";
import fc from "fast-check";
import { plainText, readFlowFile } from "../../../src/server/flows/files/flowFile.ts";
import { readableText, readableTexts } from "../../../src/server/flows/files/readableText.ts";

interface Field {
  type: string;
  value?: unknown;
  advanced?: boolean;
  password?: boolean;
}
interface Node {
  id: string;
  position: { x: number; y: number };
  data: {
    type: string;
    node: { display_name: string; tool_mode?: boolean; outputs: object[]; template: Record<string, Field> };
  };
}
interface Flow {
  id: string;
  name: string;
  description: string;
  endpoint_name: string | null;
  data: { nodes: Node[]; edges: Record<string, unknown>[]; viewport: { x: number } };
}

function node(id: string): Node {
  const template = {
    code: { type: "code", value: "class Press:\n    kind = 1\n" },
    api_key: { type: "str", password: true, value: "" },
    text: { type: "str", value: "apples" },
    empty: { type: "str", value: "" },
  };
  return {
    id,
    position: { x: 0, y: 0 },
    data: { type: "Press", node: { display_name: "Press", outputs: [{ name: "out", selected: "Message" }], template } },
  };
}

function edge(source: string, target: string): Record<string, unknown> {
  const data = { sourceHandle: { id: source, name: "out" }, targetHandle: { id: target, fieldName: "text" } };
  return { id: `${source}-${target}`, source, target, data, className: "" };
}

const flow = (): Flow => ({
  id: "0d1d4d40-0000-4000-8000-00000000000c",
  name: "Cider",
  description: "Presses.",
  endpoint_name: null,
  data: { nodes: [node("B-1"), node("A-1")], edges: [edge("A-1", "B-1")], viewport: { x: 0 } },
});
const read = (given: Flow) => readFlowFile("Cider", JSON.stringify(given));
const nodeOf = ({ data }: Flow, id = "A-1") => data.nodes.find((each) => each.id === id) ?? assert.fail(id);

/** The lines that only one side has, as a diff shows them. */
function diff(change: (flow: Flow) => void): string[] {
  const changed = flow();
  change(changed);
  const { left, right } = readableTexts(read(flow()), read(changed));
  const [one, other] = [left.split("\n"), right.split("\n")];
  return [
    ...one.filter((line) => !other.includes(line)).map((line) => `- ${line.trim()}`),
    ...other.filter((line) => !one.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}

describe("flows as people compare them", () => {
  it("has settings, then components with their values and code as lines, then connections", () => {
    assert.equal(
      readableText(read(flow())),
      [
        ...[
          "description: Presses.",
          "id: 0d1d4d40-0000-4000-8000-00000000000c",
          "is_component: false",
          "locked: false",
        ],
        ...["mcp_enabled: false", "name: Cider", "webhook: false", ""],
        ...["A-1", "  text: apples", "  code:", "    class Press:", "        kind = 1", "", ""],
        ...["B-1", "  text: apples", "  code:", "    class Press:", "        kind = 1", "", ""],
        ...["connections", "  A-1.out → B-1.text", ""],
      ].join("\n"),
    );
  });

  it("shows a line of code, a value, a setting and a connection where they differ, and nothing else", () => {
    const changes = diff((changed) => {
      changed.description = "Presses pears.";
      nodeOf(changed).data.node.template["code"] = { type: "code", value: "class Press:\n    kind = 2\n" };
      nodeOf(changed, "B-1").data.node.template["empty"] = { type: "str", value: "full" };
      changed.data.edges = [edge("B-1", "A-1")];
    });
    assert.deepEqual(changes, [
      ...["- description: Presses.", "- kind = 1", "- A-1.out → B-1.text"],
      ...["+ description: Presses pears.", "+ kind = 2", "+ empty: full", "+ B-1.out → A-1.text"],
    ]);
  });

  it("does not repeat code that both have", () => {
    const { left } = readableTexts(read(flow()), read(flow()));
    assert.equal(left.split("\n").filter((line) => line === "  code: the same, 3 lines").length, 2);
    assert.ok(!left.includes("class Press"));
  });

  it("shows what differs besides values, and the canvas apart", () => {
    const changes = diff((changed) => {
      const { data, position } = nodeOf(changed);
      data.node.display_name = "Mill";
      data.node.tool_mode = true;
      data.node.template["text"] = { type: "str", value: "apples", advanced: true };
      position.x = 40;
      changed.data.viewport.x = 3;
      const [first] = changed.data.edges;
      if (first) first["className"] = "running";
    });
    assert.deepEqual(changes, [
      ...["- display_name: Press", "- components.A-1.position.x: 0", "- connections.A-1-B-1.className:"],
      ...["- viewport.x: 0", "+ display_name: Mill", "+ text.advanced: true", "+ tool_mode: true"],
      ...["+ components.A-1.position.x: 40", "+ connections.A-1-B-1.className: running", "+ viewport.x: 3"],
    ]);
    const moved = flow();
    nodeOf(moved).position.x = 1;
    const { right } = readableTexts(read(flow()), read(moved));
    assert.ok(right.endsWith("\n\ncanvas\n  components.A-1.position.x: 1\n"), right);
  });

  it("says that a key is typed, and never the key", () => {
    const changes = diff((changed) => {
      nodeOf(changed).data.node.template["api_key"] = { type: "str", password: true, value: "sk-typed-0123456789" };
    });
    assert.deepEqual(changes, ["+ api_key: typed here, not shown"]);
  });

  it("says so of a key inside a group too", () => {
    const grouped = (value: string) => {
      const whole = flow();
      const inner = node("C-1");
      inner.data.node.template["api_key"] = { type: "str", password: true, value };
      const { data } = nodeOf(whole);
      Object.assign(data.node, { flow: { data: { nodes: [inner], edges: [] } } });
      return read(whole);
    };
    const { left, right } = readableTexts(grouped(""), grouped("sk-typed-0123456789"));
    assert.equal(left.includes("typed here"), false);
    assert.match(right, /^ {2}C-1\.api_key: typed here, not shown$/m);
    assert.ok(!right.includes("sk-typed"));
  });

  it("says when only the form of something empty differs", () => {
    const changes = diff((changed) => {
      nodeOf(changed).data.node.template["empty"] = { type: "str", value: null };
    });
    assert.deepEqual(changes, ["+ The two differ only in how a value that is empty is written."]);
  });

  it("leaves out no difference, of 1,000 drawn changes", () => {
    const paths: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== "object" || value === null) return;
      for (const key of Object.keys(value)) {
        walk((value as Record<string, unknown>)[key], [...path, Array.isArray(value) ? Number(key) : key]);
      }
    };
    walk(flow(), []);
    // An id is the flow's own, and a typed key is no part of what is compared otherwise.
    const isKept = (path: readonly (string | number)[]) =>
      path[0] !== "id" && path.join() !== "data" && !path.join().endsWith("api_key,value");
    const kept = paths.filter(isKept);
    const values = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
    fc.assert(
      fc.property(fc.constantFrom(...kept), values, (path, value) => {
        const changed = flow();
        const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], changed);
        (parent as Record<string, unknown>)[String(path.at(-1))] = value;
        let other;
        try {
          other = read(changed);
        } catch {
          return; // no flow any more
        }
        const mine = read(flow());
        const texts = readableTexts(mine, other);
        assert.equal(texts.left === texts.right, plainText(mine) === plainText(other), JSON.stringify([path, value]));
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });
});
