import { useEffect, useRef, useState } from "react";
import { count, localTime } from "../protocol/format.ts";
import { memoriesOnPage } from "../protocol/limits.ts";
import type { Memory, MemoryScope } from "../protocol/memory.ts";
import type { MemoryChoice, MemoryFacts, PanelSlices } from "../protocol/panel.ts";
import { EditMemory } from "./editMemory.tsx";
import { Pages } from "./pages.tsx";
import { SectionHead } from "./sectionHead.tsx";
import { Select } from "./select.tsx";
import { send, useSlice } from "./slices.ts";

const scopes = ["", "workspace", "flow", "user"] as const;
const scopeWords = { "": "All", workspace: "Workspace", flow: "Flow", user: "User" } as const;
/** A pause in typing after which the server is asked. */
const typingMs = 250;

const first: PanelSlices["memories"] = { choice: { page: 0 }, facts: { state: "loading" } };

/** What agents and the user remembered, in this workspace and everywhere. */
export function Memories() {
  const { choice, facts, changed } = useSlice("memories") ?? first;
  const [editing, setEditing] = useState<string>();
  /** The memory whose form was left, which gets the focus back. */
  const [returning, setReturning] = useState<string>();
  useEffect(() => {
    if (returning === undefined) return;
    document.getElementById(`edit-${returning}`)?.focus();
    setReturning(undefined);
  }, [returning]);
  /** The last change that was looked at. */
  const seen = useRef(changed);
  useEffect(() => {
    if (changed === undefined || changed === seen.current) return;
    seen.current = changed;
    if (changed.problem !== undefined) return;
    setEditing(undefined);
    // What had the focus is gone: the form, or the memory.
    if (changed.now === undefined) document.getElementById("memories")?.focus();
    else setReturning(changed.now);
  }, [changed]);
  return (
    <section aria-labelledby="memories">
      <SectionHead id="memories" title="Memory">
        <vscode-button
          secondary
          aria-label="Export memories as JSON"
          onClick={() => {
            send({ type: "exportMemories" });
          }}
        >
          Export
        </vscode-button>
      </SectionHead>
      <Filter choice={choice} />
      <Found facts={facts} isFiltered={choice.query !== undefined || choice.scope !== undefined} />
      {facts.state === "ready" && (
        <>
          <ul className="memories">
            {facts.memories.map((memory) => (
              <li key={memory.id}>
                {editing === memory.id ? (
                  <EditMemory
                    memory={memory}
                    problem={changed?.id === memory.id ? changed.problem : undefined}
                    onCancel={() => {
                      setEditing(undefined);
                      setReturning(memory.id);
                    }}
                  />
                ) : (
                  <Shown
                    memory={memory}
                    onEdit={() => {
                      setEditing(memory.id);
                    }}
                  />
                )}
              </li>
            ))}
          </ul>
          <Pages
            label="Pages of memory"
            from={choice.page * memoriesOnPage}
            size={memoriesOnPage}
            total={facts.total}
            onChoose={(from) => {
              ask({ ...choice, page: from / memoriesOnPage });
            }}
          />
        </>
      )}
    </section>
  );
}

function ask({ scope, query, page }: MemoryChoice): void {
  send({
    type: "memories",
    page,
    ...(scope !== undefined && { scope }),
    ...(query !== undefined && { query }),
  });
}

function Filter({ choice }: { readonly choice: MemoryChoice }) {
  const [text, setText] = useState(choice.query ?? "");
  const timer = useRef<number>(undefined);
  const askFor = (query: string, scope: MemoryScope | undefined) => {
    window.clearTimeout(timer.current);
    const words = query.trim();
    ask({ page: 0, scope, ...(words !== "" && { query: words }) });
  };
  return (
    <div className="filter" role="search" aria-label="Filter of memory">
      <label>
        Filter{" "}
        <input
          type="search"
          value={text}
          maxLength={1000}
          placeholder="Words"
          onChange={({ target: { value } }) => {
            setText(value);
            window.clearTimeout(timer.current);
            timer.current = window.setTimeout(() => {
              askFor(value, choice.scope);
            }, typingMs);
          }}
        />
      </label>
      <Select
        label="Scope"
        value={choice.scope ?? ""}
        names={scopes}
        words={(name) => scopeWords[name]}
        onChoose={(name) => {
          askFor(text, name === "" ? undefined : name);
        }}
      />
    </div>
  );
}

/** How many there are, read out when that changes. */
function Found({ facts, isFiltered }: { readonly facts: MemoryFacts; readonly isFiltered: boolean }) {
  switch (facts.state) {
    case "loading":
      return <p className="empty">Reading…</p>;
    case "failed":
      return (
        <p className="note" role="status">
          {facts.message}
        </p>
      );
    case "ready": {
      const { total } = facts;
      const none = isFiltered
        ? "No memory fits the filter."
        : "No memories. Agents remember facts by the tool remember, and you by langflow-connect memory add.";
      return (
        <p className="empty" role="status">
          {total === 0 ? none : total === 1 ? "1 memory" : `${count(total)} memories`}
        </p>
      );
    }
  }
}

function Shown({ memory, onEdit }: { readonly memory: Memory; onEdit(): void }) {
  const { id, text, scope, flow, tags = [], from, createdAt, renewedAt, expiresAt } = memory;
  const facts = [
    flow === undefined ? scope : `flow ${flow}`,
    `from ${from}`,
    localTime(renewedAt ?? createdAt),
    ...(expiresAt === undefined ? [] : [`until ${localTime(expiresAt)}`]),
    ...tags.map((tag) => `#${tag}`),
  ];
  const named = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return (
    <>
      <p className="words">{text}</p>
      <p className="facts-line">{facts.join(", ")}</p>
      <div className="actions">
        <vscode-button id={`edit-${id}`} secondary aria-label={`Edit: ${named}`} onClick={onEdit}>
          Edit
        </vscode-button>
        <vscode-button
          secondary
          aria-label={`Remove: ${named}`}
          onClick={() => {
            send({ type: "removeMemory", id });
          }}
        >
          Remove
        </vscode-button>
      </div>
    </>
  );
}
