import assert from "node:assert/strict";
import { junitXml } from "../../../src/server/operations/junit.ts";

const file = "flows/tests/Chat.json";
const passed = { file, name: "greets", state: "passed", expected: null, actual: "hi", ms: 1500, cost: null } as const;

describe("results as JUnit's XML", () => {
  it("have a suite for each file, with its counts and seconds", () => {
    const failed = {
      ...passed,
      name: 'a <b> & "c"',
      state: "failed",
      expected: 'equals "x"',
      actual: "\u0007<y>",
    } as const;
    const stopped = {
      ...passed,
      file: "flows/tests/Other.csv",
      name: "d",
      state: "stopped",
      actual: null,
      ms: 0,
    } as const;
    assert.equal(
      junitXml({ cases: [passed, failed, stopped] }),
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="flows/tests/Chat.json" tests="2" failures="1" errors="0" skipped="0" time="3.000">
    <testcase classname="flows/tests/Chat.json" name="greets" time="1.500"/>
    <testcase classname="flows/tests/Chat.json" name="a &lt;b&gt; &amp; &quot;c&quot;" time="1.500"><failure message="expected: equals &quot;x&quot;">expected: equals &quot;x&quot;
actual: \u{FFFD}&lt;y&gt;</failure></testcase>
  </testsuite>
  <testsuite name="flows/tests/Other.csv" tests="1" failures="0" errors="0" skipped="1" time="0.000">
    <testcase classname="flows/tests/Other.csv" name="d" time="0.000"><skipped/></testcase>
  </testsuite>
</testsuites>
`,
    );
  });
});
