import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { localTime } from "../protocol/format.ts";
import { maxMemoryChars, maxTagChars, maxTags } from "../protocol/limits.ts";
import type { Memory } from "../protocol/memory.ts";
import { Select } from "./select.tsx";
import { send } from "./slices.ts";

const expiries = ["", "never", "1d", "7d", "30d", "90d", "365d"] as const;
type Expiry = (typeof expiries)[number];

interface EditMemoryProps {
  readonly memory: Memory;
  /** Why the last attempt failed. */
  readonly problem: string | undefined;
  onCancel(): void;
}

/** Text, tags and expiry of one memory. */
export function EditMemory({ memory: { id, text, tags = [], expiresAt }, problem, onCancel }: EditMemoryProps) {
  const [newText, setText] = useState(text);
  const [newTags, setTags] = useState(tags.join(", "));
  const [expires, setExpires] = useState<Expiry>("");
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus();
  }, []);
  const isEmpty = newText.trim() === "";
  const [refused, setRefused] = useState<string>();
  const save = () => {
    if (isEmpty) return area.current?.focus();
    const words = newTags.split(",").map((tag) => tag.trim());
    const own = [...new Set(words)].filter((tag) => tag !== "");
    const isTooMuch = own.length > maxTags || own.some(({ length }) => length > maxTagChars);
    setRefused(
      isTooMuch ? `At most ${String(maxTags)} tags, each of at most ${String(maxTagChars)} characters.` : undefined,
    );
    if (isTooMuch) return;
    send({
      type: "editMemory",
      id,
      text: newText.trim(),
      tags: own,
      ...(expires !== "" && { expires }),
    });
  };
  const expiryWords = (name: Expiry) => {
    if (name === "") return expiresAt === undefined ? "Never, as now" : `On ${localTime(expiresAt)}, as now`;
    if (name === "never") return "Never";
    return name === "1d" ? "In 1 day" : `In ${name.slice(0, -1)} days`;
  };
  return (
    <form
      className="form"
      aria-label="Edit memory"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={({ key }: KeyboardEvent) => {
        if (key === "Escape") onCancel();
      }}
    >
      {(refused ?? problem) !== undefined && (
        <p className="note" role="alert">
          {refused ?? problem}
        </p>
      )}
      <label>
        Text
        <textarea
          ref={area}
          rows={4}
          value={newText}
          maxLength={maxMemoryChars}
          required
          onChange={({ target }) => {
            setText(target.value);
          }}
        />
      </label>
      <label>
        Tags, with commas between
        <input
          type="text"
          value={newTags}
          maxLength={600}
          onChange={({ target }) => {
            setTags(target.value);
          }}
        />
      </label>
      <Select
        label="Expires"
        value={expires}
        names={expiryNames(expiresAt)}
        words={expiryWords}
        onChoose={(name) => {
          setExpires(name);
        }}
      />
      <div className="actions">
        <vscode-button onClick={save} {...(isEmpty && { disabled: true })}>
          Save
        </vscode-button>
        <vscode-button secondary onClick={onCancel}>
          Cancel
        </vscode-button>
      </div>
    </form>
  );
}

/** One that does not expire has no other "never". */
function expiryNames(expiresAt: string | undefined): readonly Expiry[] {
  return expiries.filter((name) => name !== "never" || expiresAt !== undefined);
}
