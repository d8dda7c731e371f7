import assert from "node:assert/strict";
import { needsLinesBefore, pythonError } from "../../../../src/server/flows/components/pythonError.ts";

const code = Array.from({ length: 30 }, (_, at) => `line ${String(at + 1)}`).join("\n");
const frame = (line: number, file = "<string>") => `  File "${file}", line ${String(line)}, in greet\n`;
const trace = (...frames: string[]) => `Traceback (most recent call last):\n${frames.join("")}ValueError: no`;

describe("the line of a failure in a component's Python", () => {
  const lineOf = (message: string, traceback = "", before = 0, text = code) =>
    pythonError(text, { message, traceback }, before).line;

  it("is the one of a syntax error, which is counted in the code as it was sent", () => {
    const message = "Error building Component: Invalid Python code: invalid syntax (<unknown>, line 21)";
    const traceback = trace(frame(1, "/lib/validate.py"));
    assert.deepEqual(pythonError(code, { message, traceback }, 47), { line: 21, message: "invalid syntax" });
    assert.equal(needsLinesBefore(code, { message, traceback }), false);
  });

  it("is the last one in the code, without the lines that Langflow puts before it", () => {
    const traceback = trace(frame(9, "/lib/component.py"), frame(69), frame(54), frame(3, "/lib/json.py"));
    assert.equal(needsLinesBefore(code, { message: "no", traceback }), true);
    assert.equal(lineOf("no", traceback, 47), 7);
  });

  it("is none of code that another library compiled, whose lines lie outside", () => {
    assert.equal(lineOf("no", trace(frame(50), frame(3)), 47), 3);
    assert.equal(lineOf("no", trace(frame(3)), 47), null);
    assert.equal(lineOf("no", trace(frame(900)), 47), null);
  });

  it("is that of the last failure where one follows from another", () => {
    const first = trace(frame(50));
    const cause = "\n\nThe above exception was the direct cause of the following exception:\n\n";
    assert.equal(lineOf("no", first + cause + trace(frame(55)), 47), 8);
    assert.equal(lineOf("no", first + cause + trace(frame(8, "/lib/vertex.py")), 47), 3);
  });

  it("is the import of what is missing", () => {
    const text = "import os\nfrom no_such import a\nimport other.part\nfrom lfx.schema import Data, Nothing\n";
    const missing = (name: string) => `Error creating class. ModuleNotFoundError(No module named '${name}').`;
    assert.equal(lineOf(missing("no_such"), "", 0, text), 2);
    assert.equal(lineOf(missing("other.part"), "", 0, text), 3);
    assert.equal(lineOf(missing("lfx.schema.Nothing"), "", 0, text), 4);
    assert.equal(lineOf(missing("unseen"), "", 0, text), null);
    assert.equal(lineOf("Cannot import name 'Nothing' from 'lfx.schema'", "", 0, text), 4);
  });

  it("is the output whose method does not exist", () => {
    const text = 'outputs = [\n    Output(name="a", method="make_a"),\n    Output(name="b", method="make"),\n]';
    assert.equal(lineOf("Attribute make not found in Greeter", "", 0, text), 3);
  });

  it("comes with words that leave out what Langflow says of every failure, and secrets", () => {
    const key = `sk-${"a1B2c3D4".repeat(5)}`;
    const said = "Error building Component: Error creating class. ZeroDivisionError(division by zero).";
    const wordsOf = (message: string) => pythonError(code, { message, traceback: "" }, 0).message;
    assert.equal(wordsOf(said), "ZeroDivisionError: division by zero");
    assert.equal(wordsOf("Error building Component Greeter: \n\nno such greeting"), "no such greeting");
    assert.ok(!wordsOf(`no access with ${key}`).includes(key));
    assert.ok(wordsOf("x".repeat(9_000)).length < 2_100);
  });
});
