import type { ComponentState, FlowRunState, LiveComponent, LiveMessage, LiveRun } from "../../../protocol/flowRuns.ts";
import type { RunEvent } from "../client/runEvents.ts";
import { quoted } from "../foreignText.ts";

export interface BegunRun {
  readonly run: string;
  readonly flow: LiveRun["flow"];
  readonly session: string;
  readonly input: string;
  readonly startedAt: Date;
  readonly components: readonly { readonly id: string; readonly name: string }[];
}

/** A run, and when each of its components began. */
export interface RunProgress {
  readonly live: LiveRun;
  /** Time in ms by component. */
  readonly began: ReadonlyMap<string, number>;
}

/** Of one message, for those who follow the run; a longer one is whole in the run's answer. */
const longestText = 20_000;
/** A flow that loops must not fill the memory. */
const mostMessages = 50;

export function begun({ run, flow, session, input, startedAt, components }: BegunRun): RunProgress {
  return {
    live: {
      ...{ run, flow, session, state: "running", startedAt: startedAt.toISOString(), ms: null },
      input: cut(input),
      messages: [],
      components: components.map(({ id, name }) => fresh(id, name)),
    },
    began: new Map(),
  };
}

export function afterEvent(progress: RunProgress, event: RunEvent, now: number): RunProgress {
  const { live, began } = progress;
  switch (event.kind) {
    case "started":
      return { live: { ...live, trace: event.trace }, began };
    case "end":
    case "output":
      return progress;
    case "again":
      return {
        live: { ...running(live), messages: [], components: live.components.map(({ id, name }) => fresh(id, name)) },
        began: new Map(),
      };
    case "planned": {
      const planned = new Set([...event.all, ...event.first]);
      const components = live.components.map((each) => (planned.has(each.id) ? each : inState(each, "skipped")));
      return starting({ live: { ...live, components }, began }, event.first, now);
    }
    case "ended": {
      const from = began.get(event.component);
      const ms = event.ms ?? (from === undefined ? null : now - from);
      const ended: Partial<LiveComponent> = {
        state: event.ok ? "ok" : "failed",
        ms,
        ...(event.tokens !== undefined && { tokens: event.tokens }),
        ...(event.error !== undefined && { error: quoted(event.error) }),
      };
      const skipped = new Set(event.skipped);
      const components = live.components.map((each) => {
        // What failed before its end says more than the end.
        if (each.id === event.component)
          return { ...each, ...ended, ...(each.error !== undefined && { error: each.error }) };
        return skipped.has(each.id) && each.state === "waiting" ? inState(each, "skipped") : each;
      });
      return starting({ live: { ...live, components }, began }, event.next, now);
    }
    case "asked":
      return { live: { ...live, state: "waiting", question: event.question }, began };
    case "answered":
      return { live: running(live), began };
    case "message":
      return { live: { ...live, messages: withMessage(live.messages, event) }, began };
    case "token": {
      const messages = live.messages.map((each) => (each.id === event.message ? withToken(each, event.text) : each));
      return { live: { ...live, messages }, began };
    }
    case "failed": {
      const error = quoted(event.detail);
      const components = live.components.map((each) =>
        each.id === event.component ? { ...inState(each, "failed"), error } : each,
      );
      return { live: { ...live, components }, began };
    }
  }
}

export interface RunEnd {
  readonly state: Exclude<FlowRunState, "running">;
  readonly error?: string;
  /** How long it took, where that is known better than by the clock. */
  readonly ms?: number;
}

/** What had not ended then did not run to its end. */
export function ended({ live }: RunProgress, { state, error, ms }: RunEnd, now: Date): LiveRun {
  const isSilent = live.components.every((each) => each.state === "waiting");
  const components = live.components.map((each) => {
    // What it waits for can still be answered in Langflow.
    if (state === "waiting") return each;
    if (isSilent) return inState(each, "unknown");
    return each.state === "waiting" || each.state === "running" ? inState(each, "skipped") : each;
  });
  return {
    ...running(live),
    ...{ state, ms: ms ?? now.getTime() - Date.parse(live.startedAt), components },
    // They are in the run's answer, and every listener gets all runs with each change.
    messages: [],
    ...(error !== undefined && { error }),
  };
}

function running({ question: _question, ...live }: LiveRun): LiveRun {
  return { ...live, state: "running" };
}

function fresh(id: string, name: string): LiveComponent {
  return { id, name, state: "waiting", ms: null, tokens: null, cost: null };
}

function inState(component: LiveComponent, state: ComponentState): LiveComponent {
  return { ...component, state };
}

function starting({ live, began }: RunProgress, ids: readonly string[], now: number): RunProgress {
  const starts = new Set(ids);
  const components = live.components.map((each) =>
    starts.has(each.id) && each.state === "waiting" ? inState(each, "running") : each,
  );
  return { live: { ...live, components }, began: new Map([...began, ...ids.map((id) => [id, now] as const)]) };
}

function withMessage(
  messages: readonly LiveMessage[],
  { id, from, component, text, isPartial }: Extract<RunEvent, { kind: "message" }>,
): readonly LiveMessage[] {
  const isCut = text.length > longestText;
  const message = { id, from, text: cut(text), isPartial, isCut, ...(component !== undefined && { component }) };
  const at = messages.findIndex((each) => each.id === id);
  if (at < 0) return [...messages, message].slice(-mostMessages);
  return messages.map((each, index) => (index === at ? { ...each, ...message } : each));
}

function withToken(message: LiveMessage, text: string): LiveMessage {
  if (message.isCut) return message;
  const whole = message.text + text;
  return { ...message, text: cut(whole), isCut: whole.length > longestText };
}

function cut(text: string): string {
  return text.slice(0, longestText);
}
