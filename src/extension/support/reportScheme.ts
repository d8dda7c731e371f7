/** Documents of ours that are shown and not kept. */
export const reportScheme = "langflow-connect";

const preview = "preview";

/** Marks the document that stands in Refactor Preview for the request itself. */
export function previewQuery(seconds: number | undefined): string {
  return seconds === undefined ? preview : `${preview}=${String(seconds)}`;
}

/** What that document says; undefined for every other one. */
export function previewText(query: string): string | undefined {
  const [name, seconds] = query.split("=");
  if (name !== preview) return undefined;
  const apply = "Look through the changes below, then press Apply.";
  return seconds === undefined ? apply : `${apply} Without an answer in ${seconds} s, nothing is changed.`;
}
