// The same refactorings, drawn at random, by our server and by what VS Code offers without us: how many leave no error behind.
import { operations } from "../lib/draws.ts";
import { drawnRefactorings } from "../lib/drawnRefactorings.ts";
import type { Outcome } from "../lib/drawnRefactorings.ts";
import { startOurRefactorer, startTsserverRefactorer } from "../lib/refactorers.ts";
import type { Bench, Row } from "../lib/bench.ts";

const count = 30;

export async function measure({ folder }: Bench): Promise<Row[]> {
  const asked = { folder, seed: 1, count, operations, quick: true };
  const [ours, theirs]: [Outcome[], Outcome[]] = [[], []];
  for await (const outcome of drawnRefactorings({ ...asked, start: startOurRefactorer })) ours.push(outcome);
  for await (const outcome of drawnRefactorings({ ...asked, start: startTsserverRefactorer })) theirs.push(outcome);
  return operations.map((operation) => {
    const of = (outcomes: readonly Outcome[]) => outcomes.filter(({ draw }) => draw.operation === operation);
    return {
      what: `${operation}, ${of(ours).length} drawn: right / refused / wrong`,
      ours: shares(of(ours)),
      beside: `tsserver ${shares(of(theirs))}`,
      ok: !of(ours).some(({ kind }) => kind === "wrong"),
    };
  });
}

function shares(outcomes: readonly Outcome[]): string {
  const total = (kind: Outcome["kind"]) => outcomes.filter((one) => one.kind === kind).length;
  return `${total("right")} / ${total("refused")} / ${total("wrong")}`;
}
