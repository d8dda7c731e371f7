/** Which text of a flow a document shows. */
export interface TextWanted {
  /** One of its versions; what Langflow has now without. */
  readonly version?: string;
  /** The folder of its file: of several workspace folders the server does not know which. */
  readonly dir?: string;
  /** A file that it is compared with: its code stands in the same form. */
  readonly like?: string;
}

export function textQuery(flow: string, wanted: TextWanted): string {
  return new URLSearchParams({ flow, ...wanted }).toString();
}

export function readTextQuery(text: string): TextWanted & { readonly flow: string } {
  const query = new URLSearchParams(text);
  const given = ["version", "dir", "like"].flatMap((key) => {
    const value = query.get(key);
    return value === null ? [] : [[key, value] as const];
  });
  return { flow: query.get("flow") ?? "", ...Object.fromEntries(given) };
}
