/** Names of types that Langflow changed: an old one and its new one are the same type. */
const renamed: ReadonlyMap<string, string> = new Map([
  ["Data", "JSON"],
  ["DataFrame", "Table"],
]);

export function currentType(type: string): string {
  return renamed.get(type) ?? type;
}
