import type { WindowServer } from "../../server/windowServer.ts";
import type { Disposable } from "../../support/store.ts";

/** Each time the server begins to run; its status changes with every heartbeat besides. */
export function whenRunning({ status }: Pick<WindowServer, "status">, begin: () => void): Disposable {
  const isRunning = () => status.get().server.state === "running";
  let wasRunning = isRunning();
  return status.onChange(() => {
    const hasBegun = isRunning() && !wasRunning;
    wasRunning = isRunning();
    if (hasBegun) begin();
  });
}
