import type { RowWrite } from "./messages.ts";

export interface RowQueue {
  /** Ends when the row is on the disk, its write failed, or the longest wait is over. */
  write(row: RowWrite): Promise<void>;
  /** Sends what could not be written once more. */
  sendKept(): void;
  /** Sends now what waits for the end of this turn. */
  flush(): void;
  counts(): RowCounts;
}

export interface RowCounts {
  /** Sent, and neither written nor failed. */
  readonly underWay: number;
  /** Kept in memory after a failure. */
  readonly kept: number;
  /** Given up because too many were kept. */
  readonly lost: number;
}

export interface RowQueueDeps {
  /** Ends when all rows are on the disk; rejects when none is. */
  send(rows: readonly RowWrite[]): Promise<unknown>;
  onWritten(): void;
  onKept(row: RowWrite): void;
  /** A row has waited for the longest time, and goes on without its caller. */
  onSlow(): void;
  readonly maxWaitMs: number;
}

interface Entry {
  readonly row: RowWrite;
  done(): void;
}

/** Rows kept in memory while the store fails: about an hour of one busy client. */
const maxKept = 10_000;

/** Rows on their way to the store: those of one turn are sent together, and those that failed are kept. */
export function createRowQueue({ send, onWritten, onKept, onSlow, maxWaitMs }: RowQueueDeps): RowQueue {
  let outbox: Entry[] = [];
  let kept: RowWrite[] = [];
  let underWay = 0;
  let lost = 0;

  function add(entry: Entry): void {
    underWay++;
    outbox.push(entry);
    if (outbox.length === 1) setImmediate(flush);
  }

  function flush(): void {
    const entries = outbox;
    if (entries.length === 0) return;
    outbox = [];
    const finish = () => {
      underWay -= entries.length;
      for (const { done } of entries) done();
    };
    send(entries.map(({ row }) => row)).then(
      () => {
        finish();
        onWritten();
      },
      () => {
        for (const { row } of entries) keep(row);
        finish();
      },
    );
  }

  /** Without its texts, which are large: it stays uncounted. */
  function keep({ call, ...others }: RowWrite): void {
    const row = { ...others, ...(call && { call: { row: call.row } }) };
    kept.push(row);
    onKept(row);
    if (kept.length <= maxKept) return;
    kept.shift();
    lost++;
  }

  return {
    write: (row) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          onSlow();
          resolve();
        }, maxWaitMs);
        const done = () => {
          clearTimeout(timer);
          resolve();
        };
        add({ row, done });
      }),
    sendKept() {
      const again = kept;
      kept = [];
      for (const row of again) add({ row, done: () => undefined });
    },
    flush,
    counts: () => ({ underWay, kept: kept.length, lost }),
  };
}
