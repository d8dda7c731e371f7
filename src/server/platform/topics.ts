import type { TopicMessage, TopicName, Topics } from "../../protocol/topics.ts";

export interface Publisher {
  publish<Name extends TopicName>(name: Name, value: Topics[Name]): void;
}

export interface TopicHub extends Publisher {
  /** Gets the newest value of each topic at once, and every later one. */
  subscribe(listener: (message: TopicMessage) => void): { dispose(): void };
}

/** Keeps the newest value of each topic, so that who subscribes late misses none. */
export function createTopics(): TopicHub {
  const newest = new Map<TopicName, TopicMessage>();
  const listeners = new Set<(message: TopicMessage) => void>();
  return {
    publish(name, value) {
      const message = { name, value };
      newest.set(name, message);
      for (const listener of listeners) listener(message);
    },
    subscribe(listener) {
      for (const message of newest.values()) listener(message);
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
}
