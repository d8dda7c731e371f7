import { CancellationError, ProgressLocation, window } from "vscode";

export interface Work {
  readonly signal: AbortSignal;
  report(message: string): void;
}

/** Runs the work with a notification that shows its progress and cancels it; work that then fails was cancelled. */
export function withProgress<T>(title: string, work: (work: Work) => Promise<T>, cancellable = true): Promise<T> {
  const options = { location: ProgressLocation.Notification, title, cancellable };
  const shown = window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    const report = (message: string) => {
      progress.report({ message });
    };
    try {
      return await work({ signal: controller.signal, report });
    } catch (error) {
      throw token.isCancellationRequested ? new CancellationError() : error;
    }
  });
  return Promise.resolve(shown);
}
