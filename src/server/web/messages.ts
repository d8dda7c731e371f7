import type { Exchange } from "../platform/threads/protocol.ts";

/** What the thread that reads pages is asked. */
export interface PageMethods {
  /** `url` is what links of the page are relative to. */
  markdown: Exchange<{ readonly html: string; readonly url: string }, string>;
}
