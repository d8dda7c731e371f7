import type { HealthRange } from "../../../protocol/health.ts";
import type { HealthFacts, PanelSlices } from "../../../protocol/panel.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { createStore } from "../../support/store.ts";
import type { Disposable, Store } from "../../support/store.ts";
import { answerOrProblem } from "./asked.ts";

export interface PanelHealth extends Disposable {
  readonly state: Store<PanelSlices["health"]>;
  ask(): Promise<void>;
  choose(range: HealthRange): Promise<void>;
}

/** The server measures as often. */
const askEveryMs = 10_000;

/** How server and machine are, asked for again while somebody can see it. */
export function followHealth(server: WindowServer, isVisible: () => boolean): PanelHealth {
  const state = createStore<PanelSlices["health"]>({ range: "hour", facts: { state: "loading" } });

  async function ask(): Promise<void> {
    if (server.status.get().server.state !== "running") return;
    const { range } = state.get();
    const facts = await factsOf(server, range);
    // Another range may have been chosen meanwhile; its own facts are on their way.
    if (state.get().range === range) state.update(() => ({ range, facts }));
  }

  const timer = setInterval(() => {
    if (isVisible()) void ask();
  }, askEveryMs);
  const followed = server.status.onChange(() => void ask());
  return {
    state,
    ask,
    choose(range) {
      state.update(() => ({ range, facts: { state: "loading" } }));
      return ask();
    },
    dispose() {
      clearInterval(timer);
      followed.dispose();
    },
  };
}

function factsOf(server: WindowServer, range: HealthRange): Promise<HealthFacts> {
  return answerOrProblem(async () => {
    const [report, samples] = await Promise.all([
      server.operate("health.get", {}),
      server.operate("health.history", { range }),
    ]);
    return { report, samples };
  });
}
