// Apart from the schemas, so that neither the activation nor a page reads zod for a number.

/** Tool calls and flow runs that the panel lists at most. */
export const maxRecent = 10_000;

/** Memories on one page of the panel. */
export const memoriesOnPage = 20;

export const maxMemoryChars = 4_000;
/** Of a memory. */
export const maxTags = 10;
export const maxTagChars = 50;
