import assert from "node:assert/strict";
import { piecesOf } from "../../../src/server/documentation/markers.ts";
import { changeOf } from "../../../src/server/documentation/pageChange.ts";
import { outsideCode } from "../../../src/server/documentation/markdown.ts";
import type { Section } from "../../../src/server/documentation/sections.ts";
import { edited } from "../../../src/server/platform/unifiedDiff.ts";

const pear: Section = { id: "class Pear_1 <T>", content: "### Pear\n\nA pear." };
const apple: Section = { id: "class Apple", content: "### Apple" };
const title: Section = { id: "page src/fruit.ts", content: "# src/fruit.ts" };

/** The page after a run; undefined when it is deleted. */
function run(text: string | undefined, sections: readonly Section[]): string | undefined {
  const { change } = result(text, sections);
  if (!change) return text;
  if (change.kind === "create") return change.text;
  return change.kind === "edit" ? edited(text ?? "", change.edits) : undefined;
}

function result(text: string | undefined, sections: readonly Section[]) {
  const pieces = text === undefined ? [] : piecesOf(text);
  if ("message" in pieces) throw new Error(pieces.message);
  const before = text === undefined ? undefined : { text, pieces, subject: title.id };
  return changeOf({ file: "docs/fruit.ts.md", absolute: "/docs/fruit.ts.md", before, sections });
}

describe("a page that is kept", () => {
  const page = run(undefined, [title, pear, apple]) ?? "";

  it("is the same after a second run", () => {
    assert.equal(result(page, [title, pear, apple]).change, undefined);
  });

  it("changes only the section that the code changed", () => {
    const after = run(page, [title, { ...pear, content: "### Pear\n\nTwo pears." }, apple]) ?? "";
    const lines = after.split("\n");
    const differ = page.split("\n").filter((line, at) => line !== lines[at]);
    assert.equal(differ.length, 2);
    assert.match(differ.join("\n"), /^A pear\.\n<!-- langflow-connect:end /);
  });

  it("keeps what people wrote between, in front of and behind its sections, byte for byte", () => {
    const written = page
      .replace("### Apple", "### Apple")
      .replace(/^/, "---\nfront: matter\n---\n")
      .replace(/(end class_Pear\S* \S+ -->\n)/, "$1\nEat it *soon*.  \r\nMixed ends.\n\n")
      .concat("\nThe end, without a line end");
    assert.equal(run(written, [title, pear, apple]), written);
    const plum: Section = { id: "class Plum", content: "### Plum" };
    const more = run(written, [title, pear, apple, plum]) ?? "";
    for (const text of [
      "---\nfront: matter\n---\n",
      "\nEat it *soon*.  \r\nMixed ends.\n\n",
      "\nThe end, without a line end",
    ]) {
      assert.ok(more.includes(text), text);
    }
    assert.ok(more.indexOf("The end") < more.indexOf("### Plum"));
    assert.equal(run(more, [title, pear, apple, plum]), more);
  });

  it("moves a note to the end when the symbol that it stood below is gone, and keeps it from then on", () => {
    const written = page.replace(/(end class_Pear\S* \S+ -->\n)/, "$1\nEat it soon.\n\n");
    const after = run(written, [title, apple]) ?? "";
    assert.ok(!after.includes("A pear."));
    assert.match(after, /## Notes on removed parts[\s\S]*### class Pear_1 <T>\n\nEat it soon\.\n$/);
    assert.equal(run(after, [title, apple]), after);
    const later = run(after, [title]) ?? "";
    assert.match(later, /Eat it soon\./);
    assert.ok(!later.includes("### Apple"));
  });

  it("is deleted with its module only when nobody wrote in it", () => {
    assert.equal(result(page, []).change?.kind, "delete");
    const after = run(`${page}\nA note.\n`, []) ?? "";
    assert.match(after, /This module is gone[\s\S]*A note\./);
    assert.equal(run(after, []), after);
  });

  it("reports a generated section that somebody edited instead of replacing it unasked", () => {
    const { conflicts } = result(page.replace("A pear.", "A good pear."), [title, pear, apple]);
    assert.deepEqual(
      conflicts.map(({ line }) => line),
      [5],
    );
    assert.match(conflicts[0]?.message ?? "", /class Pear_1 <T>/);
    assert.deepEqual(result(page, [title, { ...pear, content: "new" }, apple]).conflicts, []);
  });

  it("keeps Windows line ends", () => {
    const windows = page.replaceAll("\n", "\r\n");
    assert.equal(result(windows, [title, pear, apple]).change, undefined);
    const after = run(windows, [title, { ...pear, content: "one\ntwo" }, apple]) ?? "";
    assert.equal(after.replaceAll("\r\n", "").includes("\n"), false);
  });

  it("is left alone when its markers are damaged", () => {
    const missing = piecesOf(page.replace(/<!-- langflow-connect:end class_Apple.*\n/, ""));
    assert.ok("message" in missing && /has no end/.test(missing.message));
    assert.ok("message" in piecesOf(page + page));
  });

  it("takes no words of a comment for a marker", () => {
    const text = run(undefined, [title, { id: "class A", content: "<!-- langflow-connect:end class_A -->" }]) ?? "";
    assert.equal(
      result(text, [title, { id: "class A", content: "<!-- langflow-connect:end class_A -->" }]).change,
      undefined,
    );
  });
});

describe("text outside of code", () => {
  it("is changed, and code is not", () => {
    const text = "a `a` a\n```ts\na\n```\na ``a`a`` a";
    assert.equal(
      outsideCode(text, (part) => part.replaceAll("a", "b")),
      "b `a` b\n```ts\na\n```\nb ``a`a`` b",
    );
  });
});
