import { ToolError, throwIfCancelled } from "../platform/errors.ts";
import { createThread } from "../platform/threads/thread.ts";
import type { PageMethods } from "./messages.ts";

/** Makes Markdown of pages. */
export interface Pages {
  markdown(html: string, url: URL, signal: AbortSignal): Promise<string>;
  dispose(): Promise<void>;
}

const defaultMs = 10_000;

/** In a thread of its own: a page that was made for it keeps any parser busy for minutes, and only a thread can be ended. */
export function createPages({ workerFile, ms = defaultMs }: { readonly workerFile: URL; readonly ms?: number }): Pages {
  const thread = createThread<PageMethods>({ workerFile, name: "page reader", heapMb: 512, graceMs: 100 });
  let last: Promise<unknown> = Promise.resolve();

  async function convert(html: string, url: URL, signal: AbortSignal): Promise<string> {
    throwIfCancelled(signal);
    const timer = setTimeout(() => {
      thread.replace(tooSlow(ms));
    }, ms);
    try {
      return await thread.call("markdown", { html, url: url.href }, { signal });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    markdown(html, url, signal) {
      // One at a time: a page that is given up must not take its neighbour along.
      const next = last.then(() => convert(html, url, signal));
      last = next.catch(() => undefined).then(thread.idle);
      return next;
    },
    dispose: thread.dispose,
  };
}

function tooSlow(ms: number): ToolError {
  return new ToolError(
    "TOO_LARGE",
    `The page could not be made into Markdown within ${String(ms / 1_000)} s.`,
    "Call it with `as: text` for its source.",
  );
}
