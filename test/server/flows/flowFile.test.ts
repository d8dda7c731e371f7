import assert from "node:assert/strict";
import { flowChecker } from "../../../src/server/flows/check/checkFlow.ts";
import { compareFiles } from "../../../src/server/flows/files/compareFiles.ts";
import { keysOf, variablesOf, withTypedKeys } from "../../../src/server/flows/files/flowNeeds.ts";
import { parseExact, sortedJson } from "../../../src/server/flows/files/exactJson.ts";
import {
  dataToPush,
  flowFileName,
  flowFileText,
  flowOfAnswer,
  hasOwnSecrets,
  nodesOf,
  readFlowFile,
  templateOf,
} from "../../../src/server/flows/files/flowFile.ts";
import type { FlowFile } from "../../../src/server/flows/files/flowFile.ts";

const plain = { codeAsLines: false };
const id = "0d1d4d40-0000-4000-8000-000000000001";

/** A flow of one component with these fields. */
function flow(template: object, more: object = {}) {
  const nodes = [{ id: "Model-1", selected: true, data: { type: "Model", node: { template } } }];
  return readFlowFile("flow.json", JSON.stringify({ id, name: "Cider", data: { nodes, edges: [] }, ...more }));
}

describe("flow files", () => {
  it("have numbers as Python's json module writes them", () => {
    // What `json.dumps(json.loads(text))` of Python 3.11 gives.
    const python: readonly (readonly [string, string])[] = [
      ["1.0", "1.0"],
      ["0.1", "0.1"],
      ["1e5", "100000.0"],
      ["1e-5", "1e-05"],
      ["1e16", "1e+16"],
      ["1.5e300", "1.5e+300"],
      ["123456789012345680.0", "1.2345678901234568e+17"],
      ["12345678901234567890", "12345678901234567890"],
      ["-0.0", "-0.0"],
      ["100.50", "100.5"],
      ["0.00001234", "1.234e-05"],
      ["0.0001", "0.0001"],
      ["9007199254740993", "9007199254740993"],
      ["5e-324", "5e-324"],
      ["-2.5E-7", "-2.5e-07"],
      ["1E2", "100.0"],
    ];
    for (const [source, written] of python) assert.equal(sortedJson(parseExact(source)), written, source);
  });

  it("have keys in the order of their code points, numbers among them, and empty lists on one line", () => {
    const text = sortedJson(parseExact('{"10":1,"9":2,"b":[],"a":{},"\u{1F34F}":3,"\uFF21":[1,{"z":null}]}'));
    const keys = [...text.matchAll(/^ {2}"(.+?)":/gmu)].map(([, key]) => key);
    assert.deepEqual(keys, ["10", "9", "a", "b", "\uFF21", "\u{1F34F}"]);
    assert.match(text, /"a": \{\},\n {2}"b": \[\],\n/);
    assert.match(text, /\[\n {4}1,\n {4}\{\n {6}"z": null\n {4}\}\n {2}\]/);
  });

  it("leave out what changes by itself, values of passwords, and names of variables", () => {
    const { data, ...rest } = JSON.parse(
      flowFileText(
        flow(
          {
            key: { password: true, value: "sk-1" },
            name: { load_from_db: true, value: "MY_KEY" },
            text: { value: "a" },
          },
          { updated_at: "2026-01-01", user_id: "u", folder_id: "f" },
        ),
        plain,
      ),
    ) as { data: { nodes: [{ selected?: boolean; data: { node: { template: Record<string, { value: string }> } } }] } };
    assert.deepEqual(rest, { id, name: "Cider" });
    const [node] = data.nodes;
    assert.equal("selected" in node, false);
    const values = Object.entries(node.data.node.template).map(([name, { value }]) => [name, value]);
    assert.deepEqual(values, [
      ["key", ""],
      ["name", ""],
      ["text", "a"],
    ]);
  });

  it("keep code in lines where it is, and send it as a text", () => {
    const lines = flow({ code: { type: "code", value: ["a = 1", "b = 2"] } });
    assert.equal(lines.codeAsLines, true);
    assert.match(flowFileText(lines, lines), /"a = 1",\n\s+"b = 2"/);
    assert.match(JSON.stringify(dataToPush(lines, undefined)), /"value":"a = 1\\nb = 2"/);
  });

  it("send what they leave out as the server has it, and nothing that was typed over", () => {
    const server = flow({ key: { password: true, value: "sk-1" }, other: { password: true, value: "sk-2" } });
    const file = flow({ key: { password: true, value: "" }, other: { password: true, value: "sk-new" } });
    const sent = JSON.stringify(dataToPush(file, server));
    assert.match(sent, /"key":\{"password":true,"value":"sk-1"\}/);
    assert.match(sent, /"other":\{"password":true,"value":"sk-new"\}/);
    assert.equal(hasOwnSecrets(file, server), true);
    assert.equal(hasOwnSecrets(flow({ key: { password: true, value: "" } }), server), false);
  });

  it("send the keys of a component whose id was changed in the file, where only one can be meant", () => {
    const nodes = (...given: readonly (readonly [id: string, type: string, x: number, value: string])[]) =>
      readFlowFile(
        "a.json",
        JSON.stringify({
          id: "0d1d4d40-0000-4000-8000-000000000001",
          name: "a",
          data: {
            nodes: given.map(([id, type, x, value]) => ({
              id,
              position: { x, y: 0.5 },
              data: { type, node: { template: { key: { password: true, value } } } },
            })),
          },
        }),
      );
    const sent = (file: FlowFile, server: FlowFile) =>
      nodesOf({ fields: { data: dataToPush(file, server) } }).map((node) =>
        JSON.stringify(templateOf(node)["key"]).includes("sk-1"),
      );
    const server = nodes(["Model-1", "Model", 1, "sk-1"], ["Other-1", "Other", 2, "sk-2"]);
    assert.deepEqual(sent(nodes(["Model-best", "Model", 1, ""]), server), [true]);
    assert.equal(hasOwnSecrets(nodes(["Model-best", "Model", 1, "sk-1"]), server), false);
    assert.deepEqual(sent(nodes(["Model-best", "Model", 3, ""]), server), [false], "it stands elsewhere");
    assert.deepEqual(sent(nodes(["Other-best", "Other", 1, ""]), server), [false], "it is of another type");
    assert.deepEqual(sent(nodes(["Model-1", "Model", 1, ""], ["Model-2", "Model", 1, ""]), server), [true, false]);
    const copies = nodes(["Model-2", "Model", 1, ""], ["Model-3", "Model", 1, ""]);
    assert.deepEqual(sent(copies, server), [false, false], "nobody knows which of two");
    const two = nodes(["Model-1", "Model", 1, "sk-1"], ["Model-2", "Model", 1, "sk-1"]);
    assert.deepEqual(sent(nodes(["Model-best", "Model", 1, ""]), two), [false], "nobody knows which of two");
  });

  it("send a key as a key and a variable as a variable, whatever the file says of it", () => {
    const key = flow({ key: { password: true, load_from_db: false, value: "sk-1" } });
    const variable = flow({ key: { password: true, load_from_db: true, value: "MY_KEY" } });
    const template = (sent: object) => JSON.stringify(sent);
    const without = (load: boolean) => flow({ key: { password: true, load_from_db: load, value: "" } });
    assert.match(template(dataToPush(without(true), key)), /"load_from_db":false,"value":"sk-1"/);
    assert.match(template(dataToPush(without(false), variable)), /"load_from_db":true,"value":"MY_KEY"/);
  });

  it("send a key that is typed instead of a variable's name as a key, and never keep it as a name", () => {
    const there = new Set(["My key", `sk-${"a1".repeat(12)}`]);
    const typed = (value: string) => flow({ key: { password: true, load_from_db: true, value } });
    const sent = (value: string) => JSON.stringify(dataToPush(withTypedKeys(typed(value), there).flow, undefined));
    for (const key of [`sk-${"a1".repeat(12)}`, "0123456789abcdef0123456789abcdef", "QX7Z-20K4-88PL-M3TA"]) {
      assert.match(sent(key), /"load_from_db":false/);
      assert.deepEqual(variablesOf(typed(key), there), {}, key);
      assert.deepEqual(keysOf(typed(key), {}), ["Model-1.key"]);
      assert.deepEqual(withTypedKeys(typed(key), there).keys, ["Model-1.key"]);
    }
    assert.match(sent("My key"), /"load_from_db":true/);
    assert.deepEqual(variablesOf(typed("My key"), there), { "Model-1.key": "My key" });
    // A variable that the server has lost.
    for (const name of ["OPENAI_API_KEY", "CELLAR-QUERY-FILTER", "S3_BUCKET", "JWT"]) {
      assert.deepEqual(variablesOf(typed(name), there), { "Model-1.key": name });
      assert.match(sent(name), /"load_from_db":true/);
    }
  });

  it("leave out the secrets of components inside a group too, and send them as the server has them", () => {
    const group = (value: string) =>
      readFlowFile(
        "flow.json",
        JSON.stringify({
          id,
          name: "Cider",
          data: {
            nodes: [
              {
                id: "Group-1",
                data: {
                  node: {
                    template: {},
                    flow: {
                      data: {
                        nodes: [{ id: "Model-2", data: { node: { template: { key: { password: true, value } } } } }],
                        edges: [],
                      },
                    },
                  },
                },
              },
            ],
            edges: [],
          },
        }),
      );
    assert.ok(!flowFileText(group("sk-inside"), plain).includes("sk-inside"));
    assert.match(JSON.stringify(dataToPush(group(""), group("sk-inside"))), /"value":"sk-inside"/);
    assert.deepEqual(
      flowChecker(undefined)(group("sk-inside"))
        .filter(({ level }) => level === 5)
        .map(({ code, node }) => [code, node]),
      [["secret-in-file", "Model-2"]],
    );
  });

  it("have the defaults of settings that an older server does not answer", () => {
    const { fields } = flowOfAnswer(`{"id":"${id}","name":"Cider","data":{"nodes":[],"edges":[]},"gradient":"3"}`);
    assert.deepEqual([fields["locked"], fields["tags"], fields["gradient"]], [false, null, undefined]);
  });

  it("are called as lfx calls them", () => {
    // safe_filename of lfx 1.13.
    assert.equal(flowFileName("Basic Prompting"), "Basic_Prompting.json");
    assert.equal(flowFileName(" a/b: c? "), "a_b__c_.json");
    assert.equal(flowFileName("Überblick (2)"), "Überblick__2_.json");
  });

  it("say what is wrong in one sentence", () => {
    assert.throws(
      () => readFlowFile("flows/a.json", '{\n"key": "sk-secret" x'),
      (error: Error) => {
        assert.match(error.message, /^flows\/a\.json is not valid JSON, in line 2\.$/);
        return true;
      },
    );
    const deep = `{"id":"${id}","name":"x","data":{"nodes":${"[".repeat(60_000)}${"]".repeat(60_000)}}}`;
    assert.throws(() => readFlowFile("flows/a.json", deep), /nested too deeply|not valid JSON/);
    assert.throws(() => readFlowFile("flows/a.json", '{"id":"..","name":"x","data":{}}'), /is not a flow/);
    assert.throws(() => readFlowFile("flows/a.json", '{"name":"x"}'), /flows\/a\.json is not a flow/);
  });

  it("differ by settings, fields, components and connections, and not by secrets", () => {
    const edge = { source: "Model-1", target: "Out-1", data: { sourceHandle: { name: "text" }, targetHandle: {} } };
    const before = flow({ text: { value: "a" }, key: { password: true, value: "sk-1" } });
    const after = readFlowFile(
      "flow.json",
      JSON.stringify({
        id,
        name: "Perry",
        data: {
          nodes: [
            {
              id: "Model-1",
              data: { node: { template: { text: { value: "b" }, key: { password: true, value: "" } } } },
            },
            { id: "Out-1", data: { node: { template: {} } } },
          ],
          edges: [edge],
        },
      }),
    );
    assert.deepEqual(compareFiles(before, after), [
      'name: "Cider" → "Perry"',
      'Model-1.text: "a" → "b"',
      "+ Out-1",
      "+ Model-1.text → Out-1.",
    ]);
  });

  it("differ in a line also by what has no value: names that objects inherit, notes, the layout", () => {
    const node = (more: object) =>
      readFlowFile(
        "flow.json",
        JSON.stringify({ id, name: "Cider", data: { nodes: [{ id: "Note-1", ...more }], edges: [], viewport: 1 } }),
      );
    const text = (description: string) => ({ data: { node: { description, template: {} } } });
    assert.deepEqual(compareFiles(node(text("a")), node(text("b"))), ["Note-1: other properties"]);
    assert.deepEqual(compareFiles(node({ position: { x: 1 } }), node({ position: { x: 2 } })), ["the layout differs"]);
    const inherited = flow({ constructor: { value: "a" } });
    assert.deepEqual(compareFiles(flow({}), inherited), ['Model-1.constructor: null → "a"']);
    assert.deepEqual(compareFiles(inherited, inherited), []);
  });
});
