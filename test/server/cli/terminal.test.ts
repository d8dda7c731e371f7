import assert from "node:assert/strict";
import { shownOn } from "../../../src/server/cli/terminal.ts";

const escape = String.fromCharCode(27);
const csi = String.fromCharCode(0x9b);

describe("what the command line shows of others' texts", () => {
  const text = `red ${escape}[31m, ${csi}2J and${String.fromCharCode(7)}\ttab\r\nlines\rback`;

  it("has no control characters on a terminal, so that nobody steers it", () => {
    const shown = "red \\u001b[31m, \\u009b2J and\\u0007\ttab\r\nlines\\u000dback";
    assert.equal(shownOn({ isTTY: true }, text), shown);
    const json = JSON.stringify({ text });
    assert.deepEqual(JSON.parse(shownOn({ isTTY: true }, json)), { text });
  });

  it("is as it was in a pipe or a file", () => {
    assert.equal(shownOn({ isTTY: false }, text), text);
    assert.equal(shownOn({}, text), text);
  });
});
