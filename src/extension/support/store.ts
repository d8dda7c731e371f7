/** Anything to be ended; VS Code's own class is only one of its makers. */
export interface Disposable {
  dispose(): unknown;
}

/** A value that reports its changes. */
export interface Store<T> {
  get(): T;
  update(change: (value: T) => T): void;
  onChange(listener: (value: T) => void): Disposable;
}

export function createStore<T>(first: T): Store<T> {
  const listeners = new Set<(value: T) => void>();
  let value = first;
  return {
    get: () => value,
    update(change) {
      value = change(value);
      for (const listener of listeners) listener(value);
    },
    onChange(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
