/** SQLite gives Langflow times without their zone, which is UTC. */
export function utc(time: string): string {
  return /Z|[+-]\d\d:\d\d$/.test(time) ? time : `${time}Z`;
}
