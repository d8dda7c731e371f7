/** What was asked for, or why it cannot be had, in words for the page. */
export async function answerOrProblem<Facts extends object>(
  ask: () => Promise<Facts>,
): Promise<({ readonly state: "ready" } & Facts) | { readonly state: "failed"; readonly message: string }> {
  try {
    return { state: "ready", ...(await ask()) };
  } catch (error) {
    return { state: "failed", message: wordsOf(error) };
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
