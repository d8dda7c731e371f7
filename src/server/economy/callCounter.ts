import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Activity } from "../../protocol/status.ts";
import type { NotSent } from "../platform/notSent.ts";
import type { AnswerHash } from "./answerHash.ts";
import { breakBefore } from "../platform/tokens.ts";
import { filesOfCall } from "./callFiles.ts";
import type { CallWrite } from "./messages.ts";
import { callActivity } from "./report.ts";
import type { CallTokens } from "./writer.ts";

export interface CallCounterDeps {
  countTokens(text: string): Promise<number>;
  openAnswerHash(): Promise<AnswerHash>;
  /** Of calls that are written and counted, or are too large to be counted. */
  report(activities: readonly Activity[]): void;
  /** Goes into the next commit. */
  keep(tokens: CallTokens): void;
  /** Commits what was kept. */
  flush(): Promise<void>;
}

export interface CallCounter {
  /** Counts a call whose row is acknowledged, for the model that it is estimated for. */
  add(call: CallWrite, model: string): void;
  /** Ends when all is counted and written; waits for nothing else from then on. */
  finish(): Promise<void>;
}

/** Tokens of calls are written this much later, many in one commit. */
const tokenDelayMs = 200;
/** Texts waiting to be counted contain at most this much; calls beyond it stay uncounted. */
const maxWaitingChars = 32 * 1024 * 1024;
const sliceChars = 64 * 1024;
const nothing: NotSent = { budget: "", taken: "", unchanged: "" };

function sizeOf({ inputText = "", outputText = "", notSent = nothing }: CallWrite): number {
  const { budget, taken, unchanged } = notSent;
  return [inputText, outputText, budget, taken, unchanged].reduce((sum, { length }) => sum + length, 0);
}

/** Counts the tokens of calls in turns short enough for the rows that come in meanwhile. */
export function createCallCounter({ countTokens, openAnswerHash, report, keep, flush }: CallCounterDeps): CallCounter {
  const waiting: (CallWrite & { readonly model: string })[] = [];
  let waitingChars = 0;
  let isCounting = false;
  let counting = Promise.resolve();
  let charsInTurn = 0;
  let counted: Activity[] = [];
  let finishing = false;
  let answerHash: AnswerHash | undefined;

  async function countWaiting(): Promise<void> {
    isCounting = true;
    // The acknowledgement of the rows goes out first: counting keeps the thread busy.
    await nextTurn();
    // The flag falls in the same turn as the last look into the queue: nothing can come in between.
    while (waiting.length > 0) {
      for (let call = waiting.shift(); call; call = waiting.shift()) {
        const { row, inputText = "", outputText = "", notSent = nothing, model } = call;
        const tokens = await countAll({ inputText, outputText, notSent });
        waitingChars -= sizeOf(call);
        if (tokens)
          keep({
            id: row.id,
            at: row.at,
            ...tokens,
            hash: await hashOf(row.tool, inputText, outputText),
            files: row.outcome === "ok" ? filesOfCall(inputText, outputText) : [],
          });
        counted.push(callActivity(row, tokens, model));
      }
      reportCounted();
      if (!finishing) await sleep(tokenDelayMs);
      await flush();
    }
    isCounting = false;
  }

  /** Nothing where the token tables cannot be read: an update removes the files of a version that still runs. */
  async function countAll({ inputText, outputText, notSent }: Required<Omit<CallWrite, "row">>) {
    try {
      const saved = {
        budget: (await count(notSent.budget)) - (await count(notSent.taken)),
        unchanged: await count(notSent.unchanged),
      };
      return { input: await count(inputText), output: await count(outputText), saved };
    } catch {
      return undefined;
    }
  }

  /** Null where the key cannot be read or written: the call counts for no repetition. */
  async function hashOf(...call: Parameters<AnswerHash>): Promise<number | null> {
    try {
      answerHash ??= await openAnswerHash();
      return answerHash(...call);
    } catch {
      return null;
    }
  }

  /** A turn for every slice's worth of text: rows that come in meanwhile do not wait for a large one, or for many. */
  async function count(text: string): Promise<number> {
    let sum = 0;
    for (let at = 0, end: number; at < text.length; at = end) {
      end = at + sliceChars < text.length ? breakBefore(text, at, at + sliceChars) : text.length;
      const slice = text.slice(at, end);
      sum += await countTokens(slice);
      charsInTurn += slice.length;
      if (charsInTurn < sliceChars) continue;
      charsInTurn = 0;
      reportCounted();
      await nextTurn();
    }
    return sum;
  }

  function reportCounted(): void {
    if (counted.length > 0) report(counted);
    counted = [];
  }

  return {
    add(call, model) {
      const { row, inputText, outputText } = call;
      const fits = (some: CallWrite) => waitingChars + sizeOf(some) <= maxWaitingChars;
      // What was not sent is the first that is not counted.
      const wanted = fits(call)
        ? call
        : { row, ...(inputText !== undefined && { inputText }), ...(outputText !== undefined && { outputText }) };
      if (inputText === undefined || outputText === undefined || !fits(wanted)) {
        report([callActivity(row, undefined, model)]);
        return;
      }
      waiting.push({ ...wanted, model });
      waitingChars += sizeOf(wanted);
      if (!isCounting) counting = countWaiting();
    },
    async finish() {
      finishing = true;
      await counting;
    },
  };
}
