import { memo, useCallback, useEffect, useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import type { Activity } from "../protocol/status.ts";
import { clockOrDay, count, duration, money } from "../protocol/format.ts";
import { maxRecent } from "../protocol/limits.ts";
import { anyFailure, choicesOf, everything, filtered } from "./activityFilter.ts";
import type { ActivityFilter } from "./activityFilter.ts";
import { Entry } from "./entry.tsx";
import { Pages } from "./pages.tsx";
import { SectionHead } from "./sectionHead.tsx";
import { Select } from "./select.tsx";
import { send, useCurrency, useSlice } from "./slices.ts";

const rowsOnPage = 50;
/** What matters most first: a narrow column shows the others by scrolling. */
const columns = ["Time", "Call", "Outcome", "Client", "Took", "Tokens in", "Tokens out", "Cost"] as const;
const numbers: ReadonlySet<string> = new Set(["Took", "Tokens in", "Tokens out", "Cost"]);
const none: readonly Activity[] = [];

/** Tool calls and flow runs as they end, newest first. */
export function ActivityList() {
  const activities = useSlice("activities") ?? none;
  const [filter, setFilter] = useState(everything);
  /** The id of the first row; the newest without. A page stays as it is while new entries come. */
  const [first, setFirst] = useState<string>();
  const found = useMemo(() => filtered(activities, filter), [activities, filter]);
  const from = Math.max(
    0,
    found.findIndex(({ id }) => id === first),
  );
  const setPart = (part: Partial<ActivityFilter>) => {
    setFilter((before) => ({ ...before, ...part }));
    setFirst(undefined);
  };
  return (
    <section aria-labelledby="activity">
      <SectionHead id="activity" title="Live activity" settings="activity" />
      {activities.length === 0 ? (
        <p className="empty">No calls yet. They appear here as Langflow or another client makes them.</p>
      ) : (
        <>
          <Filter activities={activities} filter={filter} onChange={setPart} />
          <Found found={found.length} all={activities.length} filter={filter} />
          {found.length > 0 && <Table rows={found.slice(from, from + rowsOnPage)} />}
          <Pages
            label="Pages of live activity"
            from={from}
            size={rowsOnPage}
            total={found.length}
            onChoose={(at) => {
              setFirst(at === 0 ? undefined : found[at]?.id);
            }}
          />
        </>
      )}
    </section>
  );
}

interface FilterProps {
  readonly activities: readonly Activity[];
  readonly filter: ActivityFilter;
  onChange(part: Partial<ActivityFilter>): void;
}

function Filter({ activities, filter, onChange }: FilterProps) {
  const { whats, clients, outcomes } = useMemo(() => choicesOf(activities), [activities]);
  return (
    <div className="filter" role="search" aria-label="Filter of live activity">
      <label>
        Filter{" "}
        <input
          type="search"
          value={filter.text}
          placeholder="Name, client, outcome or id"
          onChange={({ target }) => {
            onChange({ text: target.value });
          }}
        />
      </label>
      <Select
        label="Call"
        value={filter.what}
        names={whats}
        words={whatWords}
        onChoose={(what) => {
          onChange({ what });
        }}
      />
      <Select
        label="Client"
        value={filter.client}
        names={clients}
        words={(name) => (name === "" ? "All" : name)}
        onChoose={(client) => {
          onChange({ client });
        }}
      />
      <Select
        label="Outcome"
        value={filter.outcome}
        names={outcomes}
        words={(name) => (name === "" ? "All" : name === anyFailure ? "All but ok" : name)}
        onChoose={(outcome) => {
          onChange({ outcome });
        }}
      />
    </div>
  );
}

function whatWords(what: string): string {
  if (what === "") return "All";
  if (what === "tool") return "Tool calls";
  if (what === "run") return "Flow runs";
  return what.startsWith("run:") ? `${what.slice("run:".length)} (flow)` : what.slice("tool:".length);
}

interface FoundProps {
  readonly found: number;
  readonly all: number;
  readonly filter: ActivityFilter;
}

/** Read out when the filter changes, and not with each new call. */
function Found({ found, all, filter }: FoundProps) {
  const text = found === 0 ? "No entry fits the filter." : `${count(found)} of ${count(all)} entries`;
  const [said, say] = useState("");
  useEffect(() => {
    if (filter !== everything) say(text);
    // Only the filter counts: a new entry changes the text as well.
  }, [filter]);
  return (
    <>
      <p className="empty" aria-hidden={found > 0 && said === text}>
        {text}
        {all >= maxRecent && ". Older ones are in the totals of cost."}
      </p>
      <p className="unseen" role="status">
        {said}
      </p>
    </>
  );
}

function Table({ rows }: { readonly rows: readonly Activity[] }) {
  const [open, setOpen] = useState<string>();
  const toggle = useCallback((id: string, isOpen: boolean) => {
    if (!isOpen) send({ type: "entry", id });
    setOpen(isOpen ? undefined : id);
  }, []);
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Table of live activity">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column} className={numbers.has(column) ? "number" : ""}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={moveFocus}>
          {rows.map((activity) => (
            <Row key={activity.id} activity={activity} isOpen={activity.id === open} onToggle={toggle} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly activity: Activity;
  readonly isOpen: boolean;
  onToggle(id: string, isOpen: boolean): void;
}

/** Drawn again only when it changes, and not with each new call. */
const Row = memo(function Row({ activity, isOpen, onToggle }: RowProps) {
  const currency = useCurrency();
  const { id, kind, name, client, startedAt, durationMs, outcome, inputTokens, outputTokens, cost } = activity;
  const detail = `entry-${id}`;
  return (
    <>
      <tr>
        <td>{clockOrDay(startedAt, new Date())}</td>
        <td>
          <button
            type="button"
            className="opener"
            aria-expanded={isOpen}
            aria-controls={detail}
            onClick={() => {
              onToggle(id, isOpen);
            }}
          >
            <code>{name}</code>
            {kind === "run" && " (flow)"}
          </button>
        </td>
        <td className={outcome === "ok" ? "" : "failed"}>{outcome}</td>
        <td>{client}</td>
        <td className="number">{duration(durationMs)}</td>
        <td className="number">{count(inputTokens)}</td>
        <td className="number">{count(outputTokens)}</td>
        <td className="number">{money(cost, currency)}</td>
      </tr>
      {isOpen && (
        <tr id={detail} className="detail">
          <td colSpan={columns.length}>
            <Entry activity={activity} />
          </td>
        </tr>
      )}
    </>
  );
});

/** The arrow keys go from row to row, beside the tab key. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0) return;
  const openers = [...event.currentTarget.querySelectorAll<HTMLElement>(".opener")];
  const at = openers.findIndex((opener) => opener === document.activeElement);
  const next = at === -1 ? undefined : openers[at + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
