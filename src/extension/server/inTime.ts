/** The answer, or why there is none. */
export async function inTime<T>(
  answer: Thenable<T>,
  seconds: number | undefined,
  signal: AbortSignal,
): Promise<T | "unanswered" | "cancelled"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"unanswered">((resolve) => {
    if (seconds !== undefined) timer = setTimeout(resolve, seconds * 1000, "unanswered");
  });
  let cancel: (() => void) | undefined;
  const cancelled = new Promise<"cancelled">((resolve) => {
    cancel = () => {
      resolve("cancelled");
    };
    signal.addEventListener("abort", cancel, { once: true });
  });
  try {
    return await Promise.race([answer, late, cancelled]);
  } finally {
    clearTimeout(timer);
    if (cancel) signal.removeEventListener("abort", cancel);
  }
}
