import { scenarios } from "../../scripts/kill/index.ts";

// The same as `npm run test:kill -- --rounds 10`.
describe("a server that is killed in the middle of its work", function () {
  this.timeout(180_000);
  for (const { name, run } of scenarios) {
    it(`keeps what it promised: ${name}`, async () => {
      await run({ rounds: 10 });
    });
  }
});
