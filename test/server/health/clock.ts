/** A clock that a test moves. */
export function testClock(start = "2026-11-01T00:00:00.000Z") {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    pass(ms: number) {
      time += ms;
    },
  };
}

export const seconds = (count: number) => count * 1_000;
export const minutes = (count: number) => count * 60_000;
