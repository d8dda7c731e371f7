import type { Budget, BudgetState } from "../../protocol/budgets.ts";
import { localTime } from "../../protocol/format.ts";
import type { Principal } from "../platform/call.ts";
import type { GitHead } from "../platform/gitHead.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { Acquired, Mutex } from "../platform/mutex.ts";
import type { BudgetStore } from "./budgetStore.ts";
import { decimalOf, picoOfDecimal } from "./money.ts";
import { periodOf } from "./periods.ts";
import { runClient } from "./spending.ts";
import type { Ledger } from "./types.ts";

/** The budgets of a user, with what flow runs have spent of them. */
export interface Budgets {
  list(): Promise<readonly BudgetState[]>;
  set(budget: Budget, signal: AbortSignal): Promise<BudgetState>;
  /** Sets a new budget or makes one stricter; refuses with NOT_PERMITTED to take anything of one back. */
  tighten(budget: Budget, signal: AbortSignal): Promise<BudgetState>;
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Ends when the run may start, and fails with BUDGET_EXCEEDED when a hard budget stops it. */
  admit(flow: RunningFlow, wait: AdmitOptions): Promise<AdmittedRun>;
}

export interface AdmittedRun {
  /** Of soft budgets that are used up, once the run's row is recorded. */
  warnings(): Promise<readonly string[]>;
  /** The run is over, and its row recorded. */
  release(): void;
}

interface RunningFlow {
  readonly id: string;
  readonly name: string;
  /** It is a call of this model, for a tool, and no run of a flow. */
  readonly model?: string;
}

interface AdmitOptions {
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** Brings the ledger up to date with runs that others started. */
  readRunsOfOthers(): Promise<void>;
}

export interface BudgetsDeps {
  readonly store: BudgetStore;
  readonly ledger: Pick<Ledger, "spending" | "mayUseModel" | "status">;
  readonly mutex: Mutex;
  readonly principal: Principal;
  /** As the ledger's rows name it. */
  readonly workspace: string;
  /** What is checked out in it. */
  head(): GitHead;
  readonly log: Logger;
  now(): Date;
}

const periodWords = { day: "today", week: "this week", month: "this month" } as const;

/**
 * What a run costs is known only when it is over. So while a hard budget concerns runs, they go one after the other, over
 * all processes of the user, and each sees what those before it cost: the last one alone can pass the limit.
 */
export function createBudgets({ store, ledger, mutex, principal, workspace, head, log, now }: BudgetsDeps): Budgets {
  async function stateOf(budget: Budget): Promise<BudgetState> {
    const { start, end } = periodOf(budget.period, now());
    const { spent, unknownRuns } = await ledger.spending(start, budget.scope, principal);
    const left = picoOfDecimal(budget.limit) - picoOfDecimal(spent);
    return {
      ...budget,
      spent,
      left: decimalOf(left > 0n ? left : 0n),
      periodEnd: end.toISOString(),
      unknownRuns,
    };
  }

  function concerns({ scope, period }: Budget, flow: RunningFlow): boolean | Promise<boolean> {
    switch (scope?.kind) {
      case undefined:
        return true;
      case "workspace":
        return scope.value === workspace;
      case "branch":
        return scope.value === head().branch;
      case "flow":
        return flow.model === undefined && (scope.value === flow.id || scope.value === flow.name);
      case "client":
        return flow.model === undefined && scope.value === runClient;
      case "model": {
        if (flow.model !== undefined) return scope.value === flow.model;
        const { start } = periodOf(period, now());
        return ledger.mayUseModel({ flowId: flow.id, model: scope.value, since: start }, principal);
      }
    }
  }

  /** As file and ledger are now. */
  async function statesFor(flow: RunningFlow, hard: boolean): Promise<readonly BudgetState[]> {
    const states: BudgetState[] = [];
    for (const budget of await store.read()) {
      if (budget.hard === hard && (await concerns(budget, flow))) states.push(await stateOf(budget));
    }
    return states;
  }

  function refuse(states: readonly BudgetState[]): void {
    const [first] = states;
    const { unsaved, problem } = ledger.status();
    if (first && unsaved > 0) {
      throw new ToolError(
        "NOT_READY",
        `The hard budget "${first.name}" cannot be checked: ${String(unsaved)} rows of the ledger are not yet on the disk.`,
        `${problem?.remedy ?? "Try again in a few seconds."} Or remove it: \`langflow-connect budget remove ${first.name}\`.`,
      );
    }
    const reached = states.find(isUsedUp);
    if (!reached) return;
    const { name, limit, spent, periodEnd } = reached;
    log.warn("budget.exceeded", { name, limit, spent, periodEnd });
    throw new ToolError(
      "BUDGET_EXCEEDED",
      `The hard budget "${name}" stops this run: ${spentOf(reached)}, until ${localTime(periodEnd)}.`,
      `To go on, raise it with \`${setCommand(reached)}\`, remove it with \`langflow-connect budget remove ${name}\`, ${otherBranch(reached)}or wait until then.`,
      { budget: name, limit, spent, periodEnd },
    );
  }

  async function slotFor(flow: RunningFlow, { signal, progress, readRunsOfOthers }: AdmitOptions): Promise<Acquired> {
    let slot: Acquired = { release: () => undefined };
    let names: readonly string[] = [];
    try {
      if ((await store.read()).some(({ hard }) => hard)) await readRunsOfOthers();
      // Looked at once more after waiting: another run has cost something, and budgets may have changed.
      for (;;) {
        const states = await statesFor(flow, true);
        refuse(states);
        if (states.every(({ name }) => names.includes(name))) return slot;
        slot.release();
        names = states.map(({ name }) => name);
        const onWait = () =>
          progress(`Waiting for another run: with the hard budget ${names.join(", ")}, runs go one after the other`);
        slot = await mutex.acquire(
          names.map((name) => `budget ${name}`),
          { signal, onWait },
        );
      }
    } catch (error) {
      slot.release();
      throw error;
    }
  }

  return {
    list: async () => Promise.all((await store.read()).map(stateOf)),
    async set(budget, signal) {
      await store.set(budget, signal);
      return stateOf(budget);
    },
    async tighten(budget, signal) {
      await store.replace(budget, { refuse: (before) => refuseLooser(before, budget), signal });
      return stateOf(budget);
    },
    async remove(name, signal) {
      if (await store.remove(name, signal)) return;
      throw new ToolError(
        "NOT_FOUND",
        `There is no budget "${name}".`,
        "Use `langflow-connect budget list` to see all.",
      );
    },
    async admit(flow, options) {
      const slot = await slotFor(flow, options);
      return {
        async warnings() {
          try {
            const reached = (await statesFor(flow, false)).filter(isUsedUp);
            for (const { name, limit, spent } of reached) log.warn("budget.reached", { name, limit, spent });
            return reached.map((state) => `The budget "${state.name}" is used up: ${spentOf(state)}.`);
          } catch (error) {
            // The run is done, and has its answer.
            log.warn("budget.unchecked", describeError(error));
            const why = error instanceof ToolError ? ` ${error.message} ${error.remedy}` : "";
            return [`The budgets could not be checked after the run.${why}`];
          }
        },
        release: () => slot.release(),
      };
    },
  };
}

/** What a budget is about, and how strict it is, is the user's decision: a caller may only add to it. */
function refuseLooser(before: Budget, next: Budget): void {
  const isHigher = picoOfDecimal(next.limit) > picoOfDecimal(before.limit);
  const isSofter = before.hard && !next.hard;
  const isOther = before.period !== next.period || scopeOf(before) !== scopeOf(next);
  if (!isHigher && !isSofter && !isOther) return;
  const what = isOther ? "have another period or scope" : isHigher ? "have a higher limit" : "become soft";
  throw new ToolError(
    "NOT_PERMITTED",
    `The budget "${before.name}" would ${what}, which only the user decides: it has $${before.limit} a ${before.period}${before.hard ? ", hard" : ""}.`,
    `Ask the user to run \`${setCommand(next)}\`, or use another name for a further budget.`,
  );
}

function scopeOf({ scope }: Budget): string {
  return scope ? `${scope.kind}=${scope.value}` : "";
}

function isUsedUp({ spent, limit }: BudgetState): boolean {
  return picoOfDecimal(spent) >= picoOfDecimal(limit);
}

function spentOf({ spent, limit, period }: BudgetState): string {
  return `$${spent} of $${limit} spent ${periodWords[period]}`;
}

/** A budget of a branch concerns no run while another one is checked out. */
function otherBranch({ scope }: Budget): string {
  return scope?.kind === "branch" ? "check out another branch, " : "";
}

/** Sets the same budget with another limit. */
function setCommand({ name, period, scope, hard }: Budget): string {
  const scopeFlag = scope ? [`--scope "${scope.kind}=${scope.value}"`] : [];
  return [
    "langflow-connect budget set",
    name,
    "--limit AMOUNT --period",
    period,
    ...scopeFlag,
    ...(hard ? ["--hard"] : []),
  ].join(" ");
}
