import { randomUUID } from "node:crypto";
import type { LiveRun } from "../../../protocol/flowRuns.ts";
import type { PlaygroundMessage, PlaygroundRun, PlaygroundState } from "../../../protocol/playground.ts";

/** What a playground knows: its messages, and the newest run of its session. */
export interface Conversation {
  readonly flow: string;
  readonly session: string;
  readonly messages: readonly PlaygroundMessage[];
  readonly isRunning: boolean;
  readonly run?: PlaygroundRun;
}

export function newConversation(flow: string): Conversation {
  return { flow, session: `playground-${randomUUID().slice(0, 8)}`, messages: [], isRunning: false };
}

export function asked(conversation: Conversation, text: string): Conversation {
  const { run: _run, ...rest } = conversation;
  return { ...rest, isRunning: true, messages: [...conversation.messages, message("user", text)] };
}

/** @param output The whole answer; of a run without one, the problem is shown. */
export function answered(
  conversation: Conversation,
  { output, problem, run }: { readonly output: string | null; readonly problem?: string; readonly run?: PlaygroundRun },
): Conversation {
  const messages = [
    ...conversation.messages,
    ...(output === null || output === "" ? [] : [message("flow", output)]),
    ...(problem === undefined ? [] : [message("problem", problem)]),
  ];
  return { ...conversation, isRunning: false, messages, ...(run && { run }) };
}

/** With what the flow says while it runs, below what was said before. */
export function shownState(conversation: Conversation, runs: readonly LiveRun[] | undefined): PlaygroundState {
  const { flow, session, isRunning, messages, run } = conversation;
  const live = isRunning ? liveRun(runs, session) : undefined;
  const said = (live?.messages ?? []).filter(({ from, text }) => from === "flow" && text !== "");
  const shownRun = live ? playgroundRun(live) : run;
  return {
    ...{ flow, session, isRunning },
    messages: [...messages, ...said.map(({ id, text, isPartial }) => ({ id, from: "flow" as const, text, isPartial }))],
    ...(shownRun && { run: shownRun }),
    ...(live?.question && { question: live.question }),
  };
}

/** The run of a session that goes on. */
export function liveRun(runs: readonly LiveRun[] | undefined, session: string): LiveRun | undefined {
  return runs?.findLast((run) => run.session === session && (run.state === "running" || run.state === "waiting"));
}

export function playgroundRun({ state, components }: Pick<LiveRun, "state" | "components">): PlaygroundRun {
  return { state, components: components.map(({ name, state: each }) => ({ name, state: each })) };
}

function message(from: PlaygroundMessage["from"], text: string): PlaygroundMessage {
  return { id: randomUUID(), from, text, isPartial: false };
}
