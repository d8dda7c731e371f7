import type { TopicMessage, TopicName, Topics } from "../../protocol/topics.ts";
import type { Disposable } from "../support/store.ts";

/** A value that only its owner changes. */
export interface Source<T> {
  get(): T;
  onChange(listener: (value: T) => void): Disposable;
}

export interface TopicValues {
  /** The newest value that the server published; undefined while it does not run. */
  topic<Name extends TopicName>(name: Name): Source<Topics[Name] | undefined>;
  keep(message: TopicMessage): void;
  /** The server has stopped: none of its values counts any more. */
  clear(): void;
}

export function createTopicValues(): TopicValues {
  const values: { [Name in TopicName]?: Topics[Name] | undefined } = {};
  const known = new Set<TopicName>();
  const listeners = new Map<TopicName, Set<() => void>>();

  function set<Name extends TopicName>(name: Name, value: Topics[Name] | undefined): void {
    known.add(name);
    values[name] = value;
    for (const listener of listeners.get(name) ?? []) listener();
  }

  return {
    topic: (name) => ({
      get: () => values[name],
      onChange(listener) {
        const heard = () => {
          listener(values[name]);
        };
        const all = listeners.get(name) ?? new Set();
        listeners.set(name, all.add(heard));
        return { dispose: () => all.delete(heard) };
      },
    }),
    keep: ({ name, value }) => {
      set(name, value);
    },
    clear() {
      for (const name of known) set(name, undefined);
    },
  };
}
