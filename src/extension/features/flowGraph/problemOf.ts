/** Why a text is no JSON, and what to do. The editor of the text marks where. */
export function problemOf(text: string): string {
  if (text.trim() === "") return "This file is empty. Pull the flow from Langflow, or undo the change that emptied it.";
  const back = "The graph is drawn again as soon as the text is right.";
  const marks = /^<{7} /m.exec(text);
  if (!marks) return `This text is not valid JSON. Fix what the text editor marks in red. ${back}`;
  const line = text.slice(0, marks.index).split("\n").length;
  return `A merge conflict begins in line ${String(line)}. Decide in the text what stays. ${back}`;
}
