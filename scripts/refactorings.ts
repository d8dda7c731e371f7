// npm run refactorings -- --subject NAME|DIR [--count N] [--seed S] [--operations A,B] [--only I] [--quick] [--keep] [--with tsserver]
// Draws refactorings over a folder, applies each through a real client, and lets the compiler's own builder say whether it
// brought an error; takes it back and compares the bytes. Ends with 1 when one is wrong.
import path from "node:path";
import { parseArgs } from "node:util";
import { operations, ownOperations } from "./lib/draws.ts";
import type { Draw, Operation } from "./lib/draws.ts";
import { drawnRefactorings } from "./lib/drawnRefactorings.ts";
import type { Outcome } from "./lib/drawnRefactorings.ts";
import { startOurRefactorer, startTsserverRefactorer } from "./lib/refactorers.ts";
import { subject } from "./lib/subjects.ts";
import { isSubject } from "./lib/subjectFolders.ts";

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    count: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    operations: { type: "string", default: operations.join(",") },
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    with: { type: "string", default: "ours" },
  },
});
const name = values.subject;
if (name === undefined) throw new Error("Name a subject: npm run refactorings -- --subject DIR");
const wanted = operationsOf(values.operations);
const outcomes: Outcome[] = [];
for await (const outcome of drawnRefactorings({
  folder: isSubject(name) ? (await subject(name)).folder : path.resolve(name),
  seed: Number(values.seed),
  count: Number(values.count),
  operations: wanted,
  quick: values.quick,
  only: values.only === undefined ? undefined : Number(values.only),
  keep: values.keep,
  start: values.with === "tsserver" ? startTsserverRefactorer : startOurRefactorer,
})) {
  const { draw, index, kind, why, ms } = outcome;
  outcomes.push(outcome);
  console.log(`${kind.padEnd(8)} ${wordsOf(draw)} (${(ms / 1000).toFixed(1)} s) ${why}`);
  if (kind !== "wrong") continue;
  const same = `--operations ${values.operations} --count ${values.count} --seed ${values.seed}`;
  console.log(`         npm run refactorings -- --subject ${name} ${same} --only ${index}`);
}
for (const operation of wanted) {
  const ofIt = outcomes.filter(({ draw }) => draw.operation === operation);
  const total = (kind: Outcome["kind"]) => ofIt.filter((one) => one.kind === kind).length;
  console.log(
    `${operation}: ${total("right")} right, ${total("refused")} refused, ${total("wrong")} wrong of ${ofIt.length}`,
  );
}
process.exitCode = outcomes.some(({ kind }) => kind === "wrong") ? 1 : 0;

function operationsOf(list: string): Operation[] {
  const all = [...operations, ...ownOperations];
  return list.split(",").map((one) => {
    const known = all.find((operation) => operation === one);
    if (!known) throw new Error(`${one} is not drawn: choose of ${all.join(", ")}.`);
    return known;
  });
}

function wordsOf({ operation, symbol, symbols, path: file, to, newName }: Draw): string {
  return `${operation} ${symbol ?? symbols?.join(", ") ?? file ?? ""} → ${to ?? newName ?? ""}`;
}
