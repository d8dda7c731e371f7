/** What `/run` is asked: `NAME: input`, `NAME with {"COMPONENT": {"FIELD": value}}: input`, or a task in plain words. */
export interface RunPrompt {
  /** Of the flow that is named; undefined for a task. */
  readonly name?: string;
  readonly tweaks?: string;
  readonly input: string;
}

/** @param names of the flows; the longest that the prompt begins with counts */
export function readRunPrompt(prompt: string, names: readonly string[]): RunPrompt {
  const text = prompt.trim();
  const fitting = names.filter((name) => {
    const rest = text.slice(name.length);
    return text.toLowerCase().startsWith(name.toLowerCase()) && (rest === "" || /^\s*:|^ with \{/.test(rest));
  });
  const name = fitting.sort((a, b) => b.length - a.length)[0];
  if (name === undefined) return { input: text };
  const rest = text.slice(name.length);
  const tweaks = / with (\{[\s\S]*\})\s*(?::|$)/.exec(rest)?.[1];
  const input = tweaks === undefined ? rest : rest.slice(rest.indexOf(tweaks) + tweaks.length);
  return { name, ...(tweaks !== undefined && { tweaks }), input: input.replace(/^\s*:/, "").trim() };
}

export function runPrompt({ name, tweaks, input }: RunPrompt & { readonly name: string }): string {
  return `${name}${tweaks === undefined ? "" : ` with ${tweaks}`}: ${input}`;
}
