import type { WindowServer } from "../../server/windowServer.ts";

export interface AssistDeps {
  readonly server: WindowServer;
  openReport(title: string, markdown: string): Promise<void>;
}
