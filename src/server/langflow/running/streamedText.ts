import type { RunEvent } from "../client/runEvents.ts";

/** Gives what the flow's messages add to what was given before; a second message begins a new line. */
export function streamedText(give: (part: string) => void): (event: RunEvent) => void {
  const given = new Map<string, string>();
  /** Since Langflow began to say it, or to say it again. */
  const said = new Map<string, string>();

  function say(id: string, text: string): void {
    said.set(id, text);
    const before = given.get(id);
    if (text.length <= (before?.length ?? 0)) return;
    if (before === undefined && given.size > 0) give("\n");
    given.set(id, text);
    give(text.slice(before?.length ?? 0));
  }

  return (event) => {
    if (event.kind === "again") said.clear();
    if (event.kind === "token") say(event.message, (said.get(event.message) ?? "") + event.text);
    // Each message is said whole once more when it changes.
    if (event.kind === "message" && event.from === "flow") say(event.id, event.text);
  };
}
