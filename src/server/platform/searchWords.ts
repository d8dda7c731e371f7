// Words of people, as a search over names and descriptions compares them.

export function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

const emptyWords = new Set(
  "a am an and any anywhere are as at be by can do does everywhere for from give has have here how i in is it its just let me my need needs of on one or our out please set show so src that the them then these this to us was we were what when where which who whom why will with you your".split(
    " ",
  ),
);

/** One form for a word's forms: "writes", "writing" and "written" are of one task. Null for a word that says nothing. */
export function termOf(word: string): string | null {
  const lower = word.toLowerCase();
  if (emptyWords.has(lower)) return null;
  const irregular = irregularForms.get(lower);
  if (irregular !== undefined) return irregular;
  if (lower.length <= 3) return lower;
  const stem = lower
    .replace(/(ation|ations|ating|ates|ated|ate)$/, "at")
    .replace(/ies$/, "y")
    .replace(/ity$/, "")
    .replace(/(sses|shes|ches|xes)$/, (ending) => ending.slice(0, -2))
    .replace(/([^s])s$/, "$1")
    .replace(/(ing|ed)$/, "")
    .replace(/([bdfgklmnprtv])\1$/, "$1")
    .replace(/e$/, "");
  return stem.length >= 2 ? stem : lower;
}

const irregularForms = new Map([
  ["wrote", "writ"],
  ["written", "writ"],
  ["ran", "run"],
  ["found", "find"],
  ["undone", "undo"],
  ["forgot", "forget"],
  ["made", "mak"],
  ["known", "know"],
]);
