export interface Disposable {
  dispose(): void | Promise<void>;
}

/** Ends what was added, last first. What is added after the end is ended at once. */
export class DisposableStack implements Disposable {
  private readonly items: Disposable[] = [];
  private ended: Promise<void> | undefined;

  add<T extends Disposable>(item: T): T {
    if (this.ended) void item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): Promise<void> {
    this.ended ??= this.run();
    return this.ended;
  }

  private async run(): Promise<void> {
    for (let item = this.items.pop(); item; item = this.items.pop()) {
      // One failing end must not keep the rest alive.
      try {
        await item.dispose();
      } catch {
        continue;
      }
    }
  }
}
