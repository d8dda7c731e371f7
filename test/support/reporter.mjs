// A short reporter: failures with their stacks, and counts in a file for the runner of all suites.
import { writeFileSync } from "node:fs";
import mocha from "mocha";

export default class Reporter extends mocha.reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, pending: [], retried: [] };
    runner.on("pass", () => counts.passed++);
    runner.on("fail", () => counts.failed++);
    runner.on("retry", (test, error) =>
      counts.retried.push(`${test.fullTitle()} (${error.message.split("\n", 1)[0]})`),
    );
    runner.on("pending", (test) => counts.pending.push(test.fullTitle()));
    runner.once("end", () => {
      const file = options.reporterOptions?.file;
      if (file) writeFileSync(file, JSON.stringify(counts));
    });
  }
}
