import { outsideTraces } from "../platform/tracing.ts";
import type { Connection } from "./connection.ts";

/** Does something once a link to Langflow comes about, and again and again while there is. */
export function whileConnected(
  connection: Pick<Connection, "onStatus">,
  everyMs: number,
  work: () => void,
): { dispose(): void } {
  let timer: NodeJS.Timeout | undefined;
  const status = connection.onStatus(({ state }) => {
    if (state === "connected" || state === "slow") {
      if (timer) return;
      timer = outsideTraces(() => setInterval(work, everyMs).unref());
      work();
      return;
    }
    clearInterval(timer);
    timer = undefined;
  });
  return {
    dispose() {
      status.dispose();
      clearInterval(timer);
    },
  };
}
