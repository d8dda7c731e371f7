import { ProgressLocation, window } from "vscode";

export interface Work {
  readonly signal: AbortSignal;
  report(message: string): void;
}

/** Runs the work with a notification that shows its progress and cancels it. */
export function withProgress<T>(title: string, work: (work: Work) => Promise<T>): Promise<T> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  const shown = window.withProgress(options, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
    });
    return work({
      signal: controller.signal,
      report: (message) => {
        progress.report({ message });
      },
    });
  });
  return Promise.resolve(shown);
}
