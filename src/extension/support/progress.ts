import { CancellationError, ProgressLocation, window } from "vscode";
import type { CancellationToken } from "vscode";

export interface Work {
  readonly signal: AbortSignal;
  report(message: string): void;
}

/** What a token of VS Code cancels. */
export function workOf(token: CancellationToken, report: Work["report"]): Work {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => {
    controller.abort();
  });
  return { signal: controller.signal, report };
}

/** Runs the work with a notification that shows its progress and cancels it; work that then fails was cancelled. */
export function withProgress<T>(title: string, work: (work: Work) => Promise<T>, cancellable = true): Promise<T> {
  const options = { location: ProgressLocation.Notification, title, cancellable };
  const shown = window.withProgress(options, async (progress, token) => {
    const report = (message: string) => {
      progress.report({ message });
    };
    try {
      return await work(workOf(token, report));
    } catch (error) {
      throw token.isCancellationRequested ? new CancellationError() : error;
    }
  });
  return Promise.resolve(shown);
}
