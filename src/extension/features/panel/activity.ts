import { mergeActivities } from "../../../protocol/activity.ts";
import type { LedgerEntry } from "../../../protocol/ledger.ts";
import { maxRecent } from "../../../protocol/limits.ts";
import type { Activity } from "../../../protocol/status.ts";
import type { PanelSlices } from "../../../protocol/panel.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { createStore } from "../../support/store.ts";
import type { Disposable, Store } from "../../support/store.ts";
import { answerOrProblem } from "./asked.ts";

export interface PanelActivity extends Disposable {
  /** The one that is shown with all that is known of it. */
  readonly entry: Store<PanelSlices["entry"] | undefined>;
  /** All entries, once; later ones go to `onAdded`. */
  ask(): Promise<readonly Activity[]>;
  show(id: string): Promise<void>;
}

/** The entries of the ledger, and those that come while the panel is open. */
export function followActivity(
  server: WindowServer,
  onAdded: (activities: readonly Activity[]) => void,
): PanelActivity {
  const entry = createStore<PanelSlices["entry"] | undefined>(undefined);
  /** What the page has; undefined before it has any. */
  let known: Map<string, Activity> | undefined;

  const following = server.activities.onChange((list) => {
    const added = list.filter((activity) => known && known.get(activity.id) !== activity);
    for (const activity of added) known?.set(activity.id, activity);
    if (added.length > 0) onAdded(added);
  });

  async function detailOf(id: string): Promise<{ readonly entry: LedgerEntry }> {
    return { entry: await server.operate("ledger.entry", { id }) };
  }

  return {
    entry,
    async ask() {
      const isRunning = server.status.get().server.state === "running";
      // Without a ledger, those that the window has seen.
      const stored = isRunning ? await server.operate("ledger.recent", { limit: maxRecent }).catch(() => []) : [];
      const list = mergeActivities(stored, server.activities.get()).slice(0, maxRecent);
      known = new Map(list.map((activity) => [activity.id, activity]));
      return list;
    },
    async show(id) {
      entry.update(() => ({ id, facts: { state: "loading" } }));
      const facts = await answerOrProblem(() => detailOf(id));
      // Another one may have been opened meanwhile.
      if (entry.get()?.id === id) entry.update(() => ({ id, facts }));
    },
    dispose() {
      following.dispose();
    },
  };
}
