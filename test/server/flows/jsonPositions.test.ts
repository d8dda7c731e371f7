import assert from "node:assert/strict";
import fc from "fast-check";
import { positionsIn } from "../../../src/server/flows/files/jsonPositions.ts";

describe("positions in JSON", () => {
  const at = (text: string, ...path: (string | number)[]) => {
    const [range] = positionsIn(text, [path]);
    assert.ok(range);
    return text.slice(range.start, range.end);
  };

  it("are those of plain values, of names whose value is an object, and of the start of an object in a list", () => {
    const text = '{\n  "a": {"b\\"}": [1, {"c": "x]\\\\"}, null]},\n  "d": true}';
    assert.equal(at(text, "a"), '"a"');
    assert.equal(at(text, "a", 'b"}'), '"b\\"}"');
    assert.equal(at(text, "a", 'b"}', 0), "1");
    assert.equal(at(text, "a", 'b"}', 1), "{");
    assert.equal(at(text, "a", 'b"}', 1, "c"), '"x]\\\\"');
    assert.equal(at(text, "a", 'b"}', 2), "null");
    assert.equal(at(text, "d"), "true");
  });

  it("of what the file lacks are those of what there is of it", () => {
    assert.equal(at('{"a": {"b": 1}}', "a", "c", 4), '"a"');
    assert.equal(at('{"a": 1}', "b"), "{");
    assert.equal(at("[]", 3), "[");
  });

  it("are found in any JSON, however it is indented", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const plain = plainValues(value);
        const ranges = positionsIn(
          text,
          plain.map(({ path }) => path),
        );
        for (const [index, { value: expected }] of plain.entries()) {
          const range = ranges[index];
          assert.deepEqual(JSON.parse(text.slice(range?.start, range?.end)), expected);
        }
      }),
    );
  });
});

interface Plain {
  readonly path: (string | number)[];
  readonly value: unknown;
}

function plainValues(value: unknown): Plain[] {
  if (typeof value !== "object" || value === null) return [{ path: [], value: JSON.parse(JSON.stringify(value)) }];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, inner]) =>
    plainValues(inner).map((found) => ({ ...found, path: [name, ...found.path] })),
  );
}
