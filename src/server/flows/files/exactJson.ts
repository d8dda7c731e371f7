// JSON that keeps what JavaScript's own numbers lose, written as Python's json module writes it: Langflow and `lfx` are
// Python, and a file that both tools write must not differ in a byte.

/** Of ECMAScript's "JSON.parse source text access", which TypeScript's library does not describe yet. */
declare global {
  interface JSON {
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
    /** A value that `stringify` writes as it is. */
    rawJSON(text: string): { readonly rawJSON: string };
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
  }
}

/** Numbers that JavaScript would write otherwise than Python are kept as they are to be written. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_key, value, { source }) => {
    if (typeof value !== "number" || source === undefined) return value;
    const written = pythonNumber(source);
    return written === String(value) ? value : JSON.rawJSON(written);
  });
}

/** Integers stay as they are; floats get Python's shortest form, such as 1.0 and 1e-05. */
function pythonNumber(source: string): string {
  if (!/[.eE]/.test(source)) return source === "-0" ? "0" : source;
  const value = Number(source);
  if (value === 0) return source.startsWith("-") ? "-0.0" : "0.0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const plain = String(value);
  if (plain.includes("e")) return value.toFixed(-power + digits.replace(/^-?\d\.?/, "").length);
  return plain.includes(".") ? plain : `${plain}.0`;
}

/** Indented by two, keys in the order of their code points, at every level. */
export function sortedJson(value: unknown): string {
  return write(value, "\n");
}

function write(value: unknown, newLine: string): string {
  if (JSON.isRawJSON(value)) return value.rawJSON;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const inner = `${newLine}  `;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((item) => write(item, inner))
    : Object.entries(value)
        .sort(([a], [b]) => byCodePoints(a, b))
        .map(([key, item]) => `${JSON.stringify(key)}: ${write(item, inner)}`);
  const [open, close] = isList ? "[]" : "{}";
  return items.length === 0 ? `${open}${close}` : `${open}${inner}${items.join(`,${inner}`)}${newLine}${close}`;
}

function byCodePoints(a: string, b: string): number {
  const left = Array.from(a, (char) => char.codePointAt(0) ?? 0);
  const right = Array.from(b, (char) => char.codePointAt(0) ?? 0);
  const at = left.findIndex((point, index) => point !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at] ?? 0) - (right[at] ?? -1);
}
