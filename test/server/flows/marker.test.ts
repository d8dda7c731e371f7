import assert from "node:assert/strict";
import { readMarker, writeMarker } from "../../../src/server/flows/marker.ts";

describe("The marker of a flow", () => {
  const marker = {
    template: "workspace-analysis",
    version: 3,
    workspace: "workspace-app",
    langflow: "1.13.0",
    hash: "0123456789abcdef",
  };

  it("is read back from the description that a person went on writing in", () => {
    const written = writeMarker("What it does.", marker);
    assert.deepEqual(readMarker(`Mine. ${written} And more.`), marker);
    assert.equal(readMarker("What it does."), undefined);
  });

  it("keeps what the parameters were set to, whatever their characters", () => {
    const parameters = { since: "v1.0] [x=1&y", base: "origin/main äöü %20+" };
    const written = writeMarker("What it does.", { ...marker, parameters });
    assert.deepEqual(readMarker(written), { ...marker, parameters });
    assert.deepEqual(readMarker(writeMarker(written, marker)), marker);
  });

  it("replaces the one before and leaves the prose", () => {
    const twice = writeMarker(writeMarker("What it does.", marker), { ...marker, version: 4 });
    assert.equal(twice.match(/langflow-connect/g)?.length, 1);
    assert.ok(twice.startsWith("What it does."));
  });
});
