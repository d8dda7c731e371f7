import assert from "node:assert/strict";
import { readFlowTests } from "../../../../src/server/flows/tests/testFile.ts";
import { ToolError } from "../../../../src/server/platform/errors.ts";

const json = (value: unknown) => readFlowTests("flows/tests/Chat.json", JSON.stringify(value, null, 2));

function problem(text: string, file = "flows/tests/Chat.json"): string {
  try {
    readFlowTests(file, text);
  } catch (error) {
    assert.ok(error instanceof ToolError);
    return error.message;
  }
  throw new Error("It was read.");
}

describe("a file of flow tests", () => {
  it("is of the flow that is called like it, or of the one that it names", () => {
    const cases = [{ input: "hello", expect: { equals: "hi" } }];
    assert.equal(json({ cases }).flow, "flows/Chat.json");
    assert.equal(json({ flow: "../Other flow.json", cases }).flow, "flows/Other flow.json");
    assert.equal(json({ flow: "By name", cases }).flow, "By name");
  });

  it("names each test by its name or input, with its line", () => {
    const { tests } = json({
      cases: [
        { input: "first line\nsecond", expect: { contains: "a" } },
        { name: "greets", input: "hello", expect: { contains: "a" } },
        { expect: { contains: "a" } },
      ],
    });
    assert.deepEqual(
      tests.map(({ name, line }) => [name, line]),
      [
        ["first line", 3],
        ["greets", 9],
        ["test 3", 16],
      ],
    );
  });

  it("can be CSV, with columns for values in JSON", () => {
    const text = 'name,input,contains,maxSeconds,json:items[0].count\n"a, b","say ""hi""\nplease",hi,2.5,3\nc,d,e,,\n';
    const { flow, tests } = readFlowTests("flows/tests/Chat.csv", text);
    assert.equal(flow, "flows/Chat.json");
    assert.deepEqual(tests, [
      {
        name: "a, b",
        input: 'say "hi"\nplease',
        expect: { contains: "hi", maxSeconds: 2.5, json: { "items[0].count": 3 } },
        line: 3,
      },
      { name: "c", input: "d", expect: { contains: "e" }, line: 4 },
    ]);
  });

  it("is refused with the mistake in it", () => {
    assert.match(problem("{"), /not valid JSON/);
    assert.match(problem('{"cases":[{"input":"a","expect":{"equal":"b"}}]}'), /cases\.0\.expect.*equal/);
    assert.match(problem('{"cases":[{"input":"a","expect":{}}]}'), /test 1 expects nothing/);
    assert.match(
      problem('{"cases":[{"input":"a","expect":{"matches":"("}}]}'),
      /"\(" of test 1 is no regular expression/,
    );
    const twice = '{"cases":[{"input":"a","expect":{"equals":"b"}},{"input":"a","expect":{"equals":"c"}}]}';
    assert.match(problem(twice), /two tests are called "a"/);
    assert.match(problem("input,equal\na,b\n", "flows/tests/Chat.csv"), /no column "equal".*equals/);
    assert.match(problem('input,equals\n"a,b\n', "flows/tests/Chat.csv"), /not valid CSV/);
    assert.match(problem("input,equals\n", "flows/tests/Chat.csv"), /no rows/);
    assert.match(problem("input,equals,maxSeconds\na,b,soon\n", "flows/tests/Chat.csv"), /row 1: expect\.maxSeconds/);
  });
});
