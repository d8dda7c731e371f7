import { clientKinds, connect } from "./clients.ts";
import type { TestClient } from "./clients.ts";
import { startServer } from "./server.ts";
import type { RunningServer } from "./server.ts";
import { scratchWorkspace } from "./workspaces.ts";
import type { ScratchWorkspace } from "./workspaces.ts";

/** What the tests of one kind of client share; set before the first of them runs. */
export interface ClientBench {
  workspace: ScratchWorkspace;
  server: RunningServer;
  client: TestClient;
}

/** Describes a tool once for each kind of real client, on a workspace of these files. */
export function overEveryClient(
  tool: string,
  files: Parameters<typeof scratchWorkspace>[0],
  tests: (bench: ClientBench) => void,
): void {
  for (const kind of clientKinds) {
    describe(`${tool} over ${kind}`, () => {
      const bench = {} as ClientBench;
      before(async () => {
        bench.workspace = await scratchWorkspace(files);
        bench.server = await startServer({ folders: [bench.workspace.folder] });
        bench.client = await connect(kind, bench.server, [bench.workspace.folder]);
      });
      after(async () => {
        await bench.client.close();
        await bench.server.stop();
        await bench.workspace.remove();
      });
      tests(bench);
    });
  }
}
