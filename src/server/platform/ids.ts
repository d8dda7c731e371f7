import { randomUUID } from "node:crypto";

/**
 * A UUID of version 7 (RFC 9562): it begins with its millisecond, so that rows written together lie together in a table
 * that is kept by id. Random ids dirty a page each, and a commit writes whole pages.
 */
export function timeOrderedId(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
