import assert from "node:assert/strict";
import type { CompletionItem, Location } from "vscode-languageserver/node";
import { openFlowEditor, uri } from "./flowEditor.ts";
import type { FlowEditor, FlowEditorOptions } from "./flowEditor.ts";
import { component, edge, flowText, orchard, press } from "./flowSamples.ts";

describe("ids in a flow file", () => {
  let editor: FlowEditor;
  const text = flowText([orchard, press], [edge("Orchard-1", "Press-1"), edge("Press-1", "Orchard-1")]);
  beforeEach(async () => {
    editor = await openFlowEditor();
    await editor.open(text);
  });
  afterEach(() => editor.close());

  /** The places of the locations, each as its line with its text between marks. */
  const places = (locations: readonly Location[] | null) =>
    (locations ?? []).map(({ range }) => {
      const line = text.split("\n")[range.start.line] ?? "";
      const [start, end] = [range.start.character, range.end.character];
      return `${line.slice(0, start)}[${line.slice(start, end)}]${line.slice(end)}`.trim().replace(/,$/, "");
    });
  const definition = async (found: string, behind: number) => {
    const location = (await editor.askAt("definition", found, behind)) as Location | null;
    return location && places([location]);
  };

  it("lead from a connection to the component, and from its input to the field", async () => {
    assert.deepEqual(await definition('"target": "Press-1"', 12), ['"id": "[Press-1]"']);
    assert.deepEqual(await definition('"fieldName": "fruit"', 16), ['["fruit"]: {']);
    assert.equal(await definition('"name": "Cider"', 12), null);
    await editor.change(text.replace('"target": "Press-1"', '"target": "Gone-1"'));
    assert.equal(await definition('"target": "Gone-1"', 12), null);
  });

  it("are found where they are used, whichever of them is asked about", async () => {
    const uses = ['"source": "[Press-1]"', '"id": "[Press-1]"', '"target": "[Press-1]"', '"id": "[Press-1]"'].sort();
    const find = async (found: string, behind: number, includeDeclaration: boolean) => {
      const context = { includeDeclaration };
      return places((await editor.askAt("references", found, behind, { context })) as Location[] | null).sort();
    };
    assert.deepEqual(await find('"id": "Press-1"', 8, false), uses);
    assert.deepEqual(await find('"target": "Press-1"', 12, false), uses);
    assert.deepEqual(
      await find('"target": "Press-1"', 12, true),
      [...uses, '"id": "[Press-1]"', '"id": "[Press-1]"'].sort(),
    );
    assert.deepEqual(await find('"kind"', 1, true), []);
  });
});

describe("all flow files of a folder", () => {
  let editor: FlowEditor;
  afterEach(() => editor.close());

  const [otherUri, brokenUri] = ["file:///w/flows/must%20%28old%29.json", "file:///w/flows/broken.json"];
  const needsUri = "file:///w/.lfx/needs/0d1d4d40-0000-4000-8000-000000000001.json";
  const ofVariable = (value: string) => ({ type: "str", load_from_db: true, value });
  const cellar = component("Cellar-1", "Cellar", { key: ofVariable("BARREL_KEY"), rent: ofVariable("RENT_KEY") });
  const pulled = component("Cellar-2", "Cellar", { key: ofVariable(""), rent: ofVariable("") });
  const inGroup = component("Group-1", "Group", {}, { flow: { data: { nodes: [cellar], edges: [] } } });
  // A key that is no variable's, and the name of one in a field of text.
  const others = component("Press-1", "Press", {
    key: { type: "str", load_from_db: false, value: "BARREL_KEY" },
    note: { type: "str", value: "BARREL_KEY" },
  });
  const text = flowText([pulled, others]);
  const other = flowText([inGroup, press]).replace("0d1d4d40", "1d1d4d40");
  const needs = `${JSON.stringify({ variables: { "Cellar-2.key": "BARREL_KEY", "Gone-1.key": "RENT_KEY" } }, null, 1)}\n`;
  const texts: Readonly<Record<string, string>> = { [uri]: text, [otherUri]: other, [needsUri]: needs };

  /** Each as its file and line with what is marked in it, so that also an empty value shows. */
  async function find(found: string, behind: number, options: FlowEditorOptions = {}) {
    editor = await openFlowEditor({
      files: { [otherUri]: other, [needsUri]: needs, [brokenUri]: '{"nodes": ["edges":' },
      ...options,
    });
    await editor.open(text);
    const context = { includeDeclaration: true };
    const locations = (await editor.askAt("references", found, behind, { context })) as Location[];
    return locations.map(({ uri: where, range: { start, end } }) => {
      const line = texts[where]?.split("\n")[start.line] ?? "";
      const marked = `${line.slice(0, start.character)}[${line.slice(start.character, end.character)}]`;
      return `${where.split("/").at(-1) ?? ""}:${String(start.line + 1)} ${marked.trim()}`;
    });
  }
  const lineOf = (whole: string, part: string) => String(whole.slice(0, whole.indexOf(part)).split("\n").length);
  const firstValue = `must%20%28old%29.json:${lineOf(other, '"BARREL_KEY"')} "value": "[BARREL_KEY]`;
  const leftOut = `cider.json:${lineOf(text, '"value": ""')} "value": "[]`;
  const entry = '0d1d4d40-0000-4000-8000-000000000001.json:3 "Cellar-2.key": "[BARREL_KEY]';

  it("are searched for a variable, whose name the file leaves out", async () => {
    assert.deepEqual(await find('"value": ""', 10), [leftOut, entry, firstValue]);
    editor.close();
    // Nothing says which variable fills the field.
    const rent = text.slice(text.indexOf('"rent"'), text.indexOf('""', text.indexOf('"rent"')) + 2);
    assert.deepEqual(await find(rent, rent.length - 1), []);
  });

  it("are searched for a component by its type, in groups too", async () => {
    const types = [
      `cider.json:${lineOf(text, '"type": "Cellar"')} "type": "[Cellar]`,
      `must%20%28old%29.json:${lineOf(other, '"type": "Cellar"')} "type": "[Cellar]`,
    ];
    assert.deepEqual(await find('"type": "Cellar"', 11), types);
    editor.close();
    assert.deepEqual(await find('"type": "Cellar"', 11, { isFlowFile: false }), types.slice(0, 1));
  });
});

describe("completion in a flow file", () => {
  let editor: FlowEditor;
  afterEach(() => editor.close());

  const catalogue = {
    Orchard: {
      template: { kind: { options: ["Elstar"] }, note: { options: ["ripe", 3, { name: "no" }] } },
      outputs: [],
    },
  };
  const many = component("Press-2", "Press", { sorts: { type: "str", value: [""], options: ["dry", "sweet"] } });

  async function completions(found: string, behind: number) {
    editor = await openFlowEditor({ catalogue });
    await editor.open(flowText([orchard, press, many], [edge("Orchard-1", "Press-1")]));
    const items = (await editor.askAt("completion", found, behind)) as CompletionItem[] | null;
    return items?.map(({ textEdit }) => {
      assert.ok(textEdit && "range" in textEdit);
      return [editor.textAt(textEdit.range), textEdit.newText];
    });
  }

  it("has the options of the field, in place of its value", async () => {
    assert.deepEqual(await completions('"value": "Boskoop"', 12), [
      ['"Boskoop"', '"Boskoop"'],
      ['"Boskoop"', '"Gala"'],
    ]);
  });

  it("has those of Langflow where the file has none", async () => {
    assert.deepEqual(await completions('"value": ""', 10), [
      ['""', '"ripe"'],
      ['""', "3"],
    ]);
  });

  it("has them for each item of a list", async () => {
    assert.deepEqual(await completions('  ""', 2), [
      ['""', '"dry"'],
      ['""', '"sweet"'],
    ]);
  });

  it("has the components at the ends of a connection", async () => {
    const old = '"Orchard-1"';
    assert.deepEqual(await completions('"source": "Orchard-1"', 12), [
      [old, old],
      [old, '"Press-1"'],
      [old, '"Press-2"'],
    ]);
  });

  it("has nothing elsewhere", async () => {
    assert.deepEqual(await completions('"kind"', 1), []);
    assert.deepEqual(await completions('"Kind of apple"', 1), []);
  });
});
