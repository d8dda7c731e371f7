/** The entry of an id that a flow chose: "constructor" is one of every object. */
export function ownOf<T>(record: Readonly<Record<string, T>> | undefined, id: string): T | undefined {
  return record && Object.hasOwn(record, id) ? record[id] : undefined;
}
