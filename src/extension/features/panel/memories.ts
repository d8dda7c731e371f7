import { window } from "vscode";
import { memoriesOnPage } from "../../../protocol/limits.ts";
import type { MemoryChoice, MemoryFacts, PanelSlices } from "../../../protocol/panel.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { createStore } from "../../support/store.ts";
import type { Disposable, Store } from "../../support/store.ts";
import { saveAs } from "../../support/saveAs.ts";
import { answerOrProblem, wordsOf } from "./asked.ts";
import { whenRunning } from "./whenRunning.ts";

interface MemoryEdit {
  readonly id: string;
  readonly text: string;
  readonly tags: string[];
  readonly expires?: string;
}

export interface PanelMemories extends Disposable {
  readonly state: Store<PanelSlices["memories"]>;
  ask(): Promise<void>;
  choose(choice: MemoryChoice): Promise<void>;
  edit(edit: MemoryEdit): Promise<void>;
  /** Asks before. */
  remove(id: string): Promise<void>;
  exportAll(): Promise<void>;
}

/** Tools that change what is remembered. */
const changing = new Set(["remember", "forget"]);

/** What agents and the user remembered, asked for again after changes. */
export function followMemories(server: WindowServer): PanelMemories {
  const state = createStore<PanelSlices["memories"]>({ choice: { page: 0 }, facts: { state: "loading" } });

  async function factsOf({ scope, query, page }: MemoryChoice): Promise<MemoryFacts> {
    return answerOrProblem(async () => {
      const given = { ...(scope !== undefined && { scope }), ...(query !== undefined && { query }) };
      const found = await server.operate("memory.list", given);
      const first = Math.min(page, lastPage(found.length)) * memoriesOnPage;
      return { memories: found.slice(first, first + memoriesOnPage), total: found.length };
    });
  }

  async function ask(): Promise<void> {
    if (server.status.get().server.state !== "running") return;
    const { choice } = state.get();
    const facts = await factsOf(choice);
    // Others may have been chosen meanwhile; they are on their way.
    if (state.get().choice === choice) state.update((before) => ({ ...before, choice: within(choice, facts), facts }));
  }

  async function change(id: string, work: () => Promise<{ readonly id: string } | undefined>): Promise<void> {
    let changed: NonNullable<PanelSlices["memories"]["changed"]>;
    try {
      const memory = await work();
      changed = { id, ...(memory && { now: memory.id }) };
    } catch (error) {
      changed = { id, problem: wordsOf(error) };
    }
    const { choice } = state.get();
    const facts = await factsOf(choice);
    const seen = { choice: within(choice, facts), facts };
    state.update((before) => ({ ...before, changed, ...(before.choice === choice && seen) }));
  }

  const followed = [
    whenRunning(server, () => void ask()),
    server.activities.onChange(([newest]) => {
      if (newest && changing.has(newest.name)) void ask();
    }),
  ];
  return {
    state,
    ask,
    choose(choice) {
      state.update(() => ({ choice, facts: { state: "loading" } }));
      return ask();
    },
    edit: ({ tags, ...edit }) => change(edit.id, () => server.operate("memory.edit", { ...edit, tag: tags })),
    async remove(id) {
      const { facts } = state.get();
      const text = facts.state === "ready" ? facts.memories.find((memory) => memory.id === id)?.text : undefined;
      const remove = "Remove";
      const question = "Remove this memory for good?";
      if ((await window.showWarningMessage(question, { modal: true, detail: text ?? id }, remove)) !== remove) return;
      await change(id, async () => {
        await server.operate("memory.remove", { id });
        return undefined;
      });
    },
    async exportAll() {
      const what = "memories";
      await saveAs({
        name: `${what}.json`,
        kind: { JSON: ["json"] },
        // As the command line writes it.
        content: async () => `${JSON.stringify(await server.operate("memory.export", {}), null, 2)}\n`,
      });
    },
    dispose() {
      for (const each of followed) each.dispose();
    },
  };
}

function lastPage(total: number): number {
  return Math.max(0, Math.ceil(total / memoriesOnPage) - 1);
}

/** What was on the chosen page may be gone. */
function within(choice: MemoryChoice, facts: MemoryFacts): MemoryChoice {
  const last = facts.state === "ready" ? lastPage(facts.total) : choice.page;
  return choice.page <= last ? choice : { ...choice, page: last };
}
