import assert from "node:assert/strict";
import fc from "fast-check";
import { hasConflicts, textOfSide } from "../../../src/protocol/conflictMarks.ts";
import { readFlowFile } from "../../../src/server/flows/files/flowFile.ts";
import { mergeFlows } from "../../../src/server/flows/merge/mergeFlows.ts";

// What a merge must give is worked out by doing both changes on the base, one after the other.

interface Field {
  type: string;
  value: unknown;
  list?: boolean;
  load_from_db?: boolean;
  password?: boolean;
}
interface Node {
  id: string;
  position: { x: number; y: number };
  data: { type: string; node: { display_name: string; template: Record<string, Field> } };
}
interface Edge {
  id: string;
  source: string;
  target: string;
  data: { targetHandle: { fieldName: string } };
}
interface Flow {
  id: string;
  name: string;
  description: string;
  data: { nodes: Node[]; edges: Edge[]; viewport: { x: number } };
}
type Change = (flow: Flow) => void;

const code = Array.from({ length: 12 }, (_, index) => `line_${index} = ${index}`).join("\n");

function node(id: string): Node {
  const template: Record<string, Field> = {
    code: { type: "code", value: code },
    temperature: { type: "float", value: 0.5 },
    prompt: { type: "str", value: "Be short.\nBe kind.\nAnswer in English.\nThank you." },
    tools: { type: "other", value: "", list: true },
    input: { type: "str", value: "" },
    key: { type: "str", password: true, load_from_db: false, value: "" },
  };
  return { id, position: { x: 0, y: 0 }, data: { type: "Model", node: { display_name: id, template } } };
}

function edge(source: string, target: string, fieldName = "tools"): Edge {
  return { id: `${source}-${target}-${fieldName}`, source, target, data: { targetHandle: { fieldName } } };
}

function baseFlow(): Flow {
  const ids = ["A-1", "B-2", "C-3", "D-4", "E-5", "F-6"];
  const edges = [edge("A-1", "B-2"), edge("B-2", "C-3", "input"), edge("C-3", "D-4"), edge("E-5", "F-6")];
  const id = "0d1d4d40-0000-4000-8000-000000000001";
  return { id, name: "Cider", description: "", data: { nodes: ids.map(node), edges, viewport: { x: 1 } } };
}

function changed(...changes: Change[]): Flow {
  const flow = baseFlow();
  for (const change of changes) change(flow);
  return flow;
}

function set(id: string, field: string, value: unknown): Change {
  return ({ data }) => {
    const found = data.nodes.find((one) => one.id === id)?.data.node.template[field];
    if (found) found.value = value;
  };
}

function edit(id: string, field: string, from: string, to: string): Change {
  return ({ data }) => {
    const found = data.nodes.find((one) => one.id === id)?.data.node.template[field];
    if (found) found.value = String(found.value).replace(from, to);
  };
}

function remove(id: string): Change {
  return ({ data }) => {
    data.nodes = data.nodes.filter((one) => one.id !== id);
    data.edges = data.edges.filter(({ source, target }) => source !== id && target !== id);
  };
}

const add =
  (id: string): Change =>
  ({ data }) =>
    data.nodes.push(node(id));
const connect =
  (source: string, target: string, field?: string): Change =>
  ({ data }) =>
    data.edges.push(edge(source, target, field));
const disconnect =
  (id: string): Change =>
  ({ data }) => {
    data.edges = data.edges.filter((one) => one.id !== id);
  };
const move =
  (id: string, x: number): Change =>
  ({ data }) => {
    const found = data.nodes.find((one) => one.id === id);
    if (found) found.position = { x, y: x };
  };

const fileOf = (flow: Flow, name = "flow.json") => readFlowFile(name, JSON.stringify(flow));

function merge(mine: Flow, theirs: Flow, base = baseFlow()) {
  return mergeFlows({ base: fileOf(base), mine: fileOf(mine), theirs: fileOf(theirs) });
}

function parsed(text: string): Flow {
  return readFlowFile("merged.json", text).fields as unknown as Flow;
}

/** The same for every order of components and connections. */
function sorted(flow: Flow): Flow {
  const byId = (one: { id: string }, other: { id: string }) => one.id.localeCompare(other.id);
  const { nodes, edges } = flow.data;
  return { ...flow, data: { ...flow.data, nodes: [...nodes].sort(byId), edges: [...edges].sort(byId) } };
}

function assertMerged(merged: { text: string; conflicts: readonly string[] }, expected: Flow): void {
  assert.deepEqual(merged.conflicts, []);
  const flow = parsed(merged.text);
  assert.deepEqual(sorted(flow), sorted(expected));
}

describe("a merge of two changes of one flow", () => {
  it("has both, when they are of different components, fields or lines: 200 drawn cases", () => {
    // Each change has a place of its own, and each place is changed by one side at most.
    const places: readonly ((value: number) => Change)[] = [
      (value) => set("A-1", "temperature", value),
      (value) => set("A-1", "input", `text ${value}`),
      (value) => edit("B-2", "code", "line_1 = 1", `line_1 = "${value}"`),
      (value) => edit("B-2", "code", "line_9 = 9", `line_9 = ${value}\nmore_${value} = 1`),
      (value) => edit("C-3", "prompt", "Be short.", `Be long ${value}.`),
      (value) => edit("C-3", "prompt", "Thank you.", `Thanks ${value}.`),
      (value) => add(`New-${value}`),
      (value) => add(`Other-${value}`),
      () => remove("F-6"),
      () => connect("A-1", "D-4"),
      () => connect("B-2", "D-4"),
      () => disconnect("C-3-D-4-tools"),
      (value) => move("A-1", value),
      (value) => (flow) => (flow.name = `Cider ${value}`),
      (value) => (flow) => (flow.description = `About ${value}`),
      (value) => (flow) => (flow.data.viewport.x = value),
    ];
    const draw = fc.record({
      order: fc.shuffledSubarray([...places.keys()], { minLength: 2 }),
      mine: fc.array(fc.boolean(), { minLength: places.length, maxLength: places.length }),
      value: fc.integer({ min: 2, max: 999 }),
    });
    fc.assert(
      fc.property(draw, ({ order, mine: isMine, value }) => {
        const changes = order.map((index) => ({ change: places[index]?.(value + index), mine: isMine[index] }));
        const of = (wanted: boolean) =>
          changes.flatMap(({ change, mine }) => (change && mine === wanted ? [change] : []));
        assertMerged(merge(changed(...of(true)), changed(...of(false))), changed(...of(true), ...of(false)));
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  it("has what both did alike once", () => {
    const both = [set("A-1", "temperature", 1), add("New-1"), remove("E-5")];
    assertMerged(merge(changed(...both), changed(...both, move("B-2", 7))), changed(...both, move("B-2", 7)));
  });

  it("names what both changed otherwise, and keeps each side whole between the marks", () => {
    const mine = changed(set("A-1", "temperature", 1), set("B-2", "input", "mine"));
    const theirs = changed(set("A-1", "temperature", 2), set("C-3", "input", "theirs"));
    const { conflicts, text } = merge(mine, theirs);
    assert.deepEqual(conflicts, ["A-1.temperature"]);
    assert.ok(hasConflicts(text));
    assert.match(
      text,
      /<<<<<<< here\n\s*"value": 1\n\|\|\|\|\|\|\| before\n\s*"value": 0.5\n=======\n\s*"value": 2\n>>>>>>> /,
    );
    const others = [set("B-2", "input", "mine"), set("C-3", "input", "theirs")];
    for (const [side, value] of [
      ["mine", 1],
      ["base", 0.5],
      ["theirs", 2],
    ] as const) {
      const flow = parsed(textOfSide(text, side));
      assert.deepEqual(sorted(flow), sorted(changed(set("A-1", "temperature", value), ...others)), side);
    }
  });

  it("leaves JSON on each side, whichever components and connections are in conflict", () => {
    const drawn: readonly Change[] = [
      set("A-1", "temperature", 3),
      set("F-6", "temperature", 4),
      set("D-4", "temperature", 5),
      set("D-4", "temperature", 6),
      connect("A-1", "F-6"),
      connect("A-1", "D-4", "input"),
      connect("B-2", "D-4", "input"),
      edit("B-2", "code", "line_5 = 5", "line_5 = 'a'"),
      edit("B-2", "code", "line_5 = 5", "line_5 = 'b'"),
      // Last, so that nothing is connected to what is gone.
      remove("A-1"),
      remove("F-6"),
      remove("D-4"),
    ];
    const subset = fc.subarray([...drawn]);
    fc.assert(
      fc.property(subset, subset, (first, second) => {
        const [mine, theirs] = [changed(...first), changed(...second)];
        const { text, conflicts } = merge(mine, theirs);
        assert.equal(hasConflicts(text), conflicts.length > 0);
        for (const side of ["base", "mine", "theirs"] as const) {
          const { data } = parsed(textOfSide(text, side));
          const ids = new Set(data.nodes.map(({ id }) => id));
          // No side has a connection to a component that it lacks.
          for (const { source, target } of data.edges) assert.ok(ids.has(source) && ids.has(target), side);
        }
      }),
      { seed: 14, numRuns: 500 },
    );
  });

  it("asks when one side removed a component that the other changed or connected", () => {
    const words = (where: string) => `A-1, which was removed ${where} and changed on the other side`;
    const removed = changed(remove("A-1"));
    assert.deepEqual(merge(removed, changed(set("A-1", "temperature", 3))).conflicts, [words("here")]);
    assert.deepEqual(merge(changed(connect("A-1", "F-6")), removed).conflicts, [words("in Langflow")]);
    // The connections of the component come and go with it.
    const { text } = merge(removed, changed(set("A-1", "temperature", 3)));
    const edgesOf = (side: "mine" | "theirs") => parsed(textOfSide(text, side)).data.edges.map(({ id }) => id);
    assert.ok(!edgesOf("mine").includes("A-1-B-2-tools"));
    assert.ok(edgesOf("theirs").includes("A-1-B-2-tools"));
    // Moving it on the canvas is no change that anybody misses.
    assertMerged(merge(removed, changed(move("A-1", 9))), removed);
  });

  it("asks when both connect an input that takes one connection", () => {
    const mine = changed(disconnect("B-2-C-3-input"), connect("A-1", "C-3", "input"));
    const theirs = changed(disconnect("B-2-C-3-input"), connect("E-5", "C-3", "input"));
    assert.deepEqual(merge(mine, theirs).conflicts, ["A-1 → C-3"]);
    // A list takes both.
    assert.deepEqual(merge(changed(connect("A-1", "F-6")), changed(connect("B-2", "F-6"))).conflicts, []);
  });

  it("shows code in conflict line by line, and other code as it was", () => {
    const mine = changed(edit("B-2", "code", "line_5 = 5", "line_5 = 'mine'"));
    const theirs = changed(edit("B-2", "code", "line_5 = 5", "line_5 = 'theirs'"), edit("A-1", "code", "line_2", "x"));
    const { text, conflicts } = merge(mine, theirs);
    assert.deepEqual(conflicts, ["B-2.code"]);
    assert.match(text, /<<<<<<< here\n\s*"line_5 = 'mine'",\n\|\|\|\|\|\|\| before\n\s*"line_5 = 5",\n/);
    const resolved = readFlowFile("flow.json", textOfSide(text, "theirs"));
    assert.equal(resolved.codeAsLines, false);
    assert.ok(text.includes(JSON.stringify(code.replace("line_2", "x"))));
  });

  it("keeps a key that somebody typed, and its flag with it", () => {
    const flag =
      (isVariable: boolean, value: string): Change =>
      ({ data }) => {
        const key = data.nodes[0]?.data.node.template["key"];
        if (key) Object.assign(key, { load_from_db: isVariable, value });
      };
    const mine = changed(flag(false, "sk-typed"));
    assertMerged(
      merge(mine, changed(set("B-2", "temperature", 3))),
      changed(flag(false, "sk-typed"), set("B-2", "temperature", 3)),
    );
    assert.deepEqual(merge(mine, changed(flag(true, ""))).conflicts, ["A-1.key"]);
  });

  it("keeps numbers as they are written, and lists in the order of the side that ordered them", () => {
    const text = (number: string, ids: readonly string[]) =>
      JSON.stringify({ ...baseFlow(), data: { ...baseFlow().data, nodes: ids.map(node) } }).replaceAll("0.5", number);
    const [base, mine, theirs] = [
      text("1.0", ["A", "B", "C"]),
      text("1.0", ["C", "A", "B", "N"]),
      text("1e16", ["A", "B", "M", "C"]),
    ].map((one) => readFlowFile("flow.json", one.replaceAll(/"edges":\[.*?\],"viewport"/g, '"edges":[],"viewport"')));
    assert.ok(base && mine && theirs);
    const merged = mergeFlows({ base, mine, theirs });
    assert.deepEqual(merged.conflicts, []);
    assert.deepEqual(
      [...merged.text.matchAll(/"display_name": "(\w)"/g)].map(([, id]) => id),
      ["C", "A", "B", "M", "N"],
    );
    assert.ok(merged.text.includes('"value": 1e+16'));
  });

  it("without a base keeps what each side has, and asks where they differ", () => {
    const mine = changed(set("A-1", "temperature", 1), add("Mine-1"));
    const theirs = changed(set("A-1", "temperature", 2), add("Theirs-1"));
    const merged = mergeFlows({ base: undefined, mine: fileOf(mine), theirs: fileOf(theirs) });
    assert.deepEqual(merged.conflicts, ["A-1.temperature"]);
    const flow = parsed(textOfSide(merged.text, "mine"));
    assert.deepEqual(sorted(flow), sorted(changed(set("A-1", "temperature", 1), add("Mine-1"), add("Theirs-1"))));
  });
});
