import type { OverviewFacts } from "../../../protocol/panel.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { createStore } from "../../support/store.ts";
import type { Disposable, Store } from "../../support/store.ts";
import { answerOrProblem } from "./asked.ts";

export interface OverviewFigures extends Disposable {
  readonly state: Store<OverviewFacts>;
  ask(): Promise<void>;
}

/** Calls come in bursts: asked for at most this often. */
const askEveryMs = 1_000;
/** Days and periods of budgets end without a call. */
const askAgainMs = 60_000;

/** Today's cost and the budgets, asked for again after calls and while somebody can see them. */
export function followOverview(server: WindowServer, isVisible: () => boolean): OverviewFigures {
  const state = createStore<OverviewFacts>({ state: "loading" });
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    timer = undefined;
    if (server.status.get().server.state !== "running") return;
    const facts = await answerOrProblem(async () => {
      const now = new Date();
      const from = new Date(now.getFullYear(), now.getMonth(), now.getDate());
      const to = new Date(now.getTime() + 1);
      const [today, budgets] = await Promise.all([
        server.operate("ledger.cost", { from: from.toISOString(), to: to.toISOString(), by: ["model"] }),
        server.operate("budgets.list", {}),
      ]);
      return { today, budgets };
    });
    state.update(() => facts);
  }

  const askSoon = () => {
    timer ??= setTimeout(() => void ask(), askEveryMs);
  };
  const again = setInterval(() => {
    if (isVisible()) askSoon();
  }, askAgainMs);
  const followed = [server.status.onChange(askSoon), server.activities.onChange(askSoon)];
  return {
    state,
    ask,
    dispose() {
      clearTimeout(timer);
      clearInterval(again);
      for (const each of followed) each.dispose();
    },
  };
}
