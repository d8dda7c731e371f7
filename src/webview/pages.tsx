import { count } from "../protocol/format.ts";

interface PagesProps {
  readonly label: string;
  /** The position of the first one that is listed, from 0. */
  readonly from: number;
  readonly size: number;
  readonly total: number;
  onChoose(from: number): void;
}

/** Which part of a long list is there, and the buttons to the others; nothing where all of it is. */
export function Pages({ label, from, size, total, onChoose }: PagesProps) {
  if (total <= size) return null;
  const button = (text: string, to: number, possible: boolean) => (
    <vscode-button
      secondary
      {...(!possible && { disabled: true })}
      onClick={() => {
        if (possible) onChoose(to);
      }}
    >
      {text}
    </vscode-button>
  );
  const last = Math.floor((total - 1) / size) * size;
  return (
    <nav className="pages" aria-label={label}>
      {button("First", 0, from > 0)}
      {button("Previous", Math.max(0, from - size), from > 0)}
      <span>
        {count(from + 1)} to {count(Math.min(total, from + size))} of {count(total)}
      </span>
      {button("Next", from + size, from + size < total)}
      {button("Last", last, from + size < total)}
    </nav>
  );
}
