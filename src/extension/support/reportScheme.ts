/** Documents of ours that are shown and not kept. */
export const reportScheme = "langflow-connect";

/** Marks the document that stands in Refactor Preview for the request itself. */
export const previewQuery = "preview";
