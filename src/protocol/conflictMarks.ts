// How a flow file says what two sides changed otherwise: git's own marks, which editors know.

export type Side = "base" | "mine" | "theirs";

export const conflictMarks = {
  mine: "<<<<<<< here",
  base: "||||||| before",
  middle: "=======",
  theirs: ">>>>>>> Langflow",
};

/** Whether a text has conflicts that nobody has resolved. */
export function hasConflicts(text: string): boolean {
  return /^<{7} /m.test(text);
}

/** A text with marks as one side has it. */
export function textOfSide(text: string, side: Side): string {
  let inside: Side | undefined;
  const lines = text.split("\n").filter((line) => {
    if (line.startsWith("<<<<<<< ")) inside = "mine";
    else if (line.startsWith("||||||| ")) inside = "base";
    else if (line === conflictMarks.middle) inside = "theirs";
    else if (line.startsWith(">>>>>>> ")) inside = undefined;
    else return inside === undefined || inside === side;
    return false;
  });
  return lines.join("\n");
}
