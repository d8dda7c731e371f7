// A short reporter: failures with their stacks, and counts and the longest files in a file for the runner of all suites.
import { writeFileSync } from "node:fs";
import mocha from "mocha";

export default class Reporter extends mocha.reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, pending: [], retried: [] };
    // Set-up in hooks is part of what a file takes, so its time runs from suite to suite.
    const files = new Map();
    let since = Date.now();
    runner.on("suite end", ({ file }) => {
      const now = Date.now();
      if (file) files.set(file, (files.get(file) ?? 0) + now - since);
      since = now;
    });
    runner.on("pass", () => counts.passed++);
    runner.on("fail", (test, error) => {
      counts.failed++;
      // At once: a suite that is stopped at its limit never comes to its list of failures.
      process.stdout.write(`\n  failed: ${test.fullTitle()}: ${String(error.message).split("\n", 1)[0]}\n`);
    });
    runner.on("retry", (test, error) =>
      counts.retried.push(`${test.fullTitle()} (${error.message.split("\n", 1)[0]})`),
    );
    runner.on("pending", (test) => counts.pending.push(test.fullTitle()));
    runner.once("end", () => {
      const file = options.reporterOptions?.file;
      const slowest = [...files]
        .map(([name, ms]) => ({ file: name, seconds: ms / 1000 }))
        .sort((a, b) => b.seconds - a.seconds)
        .slice(0, 8);
      if (file) writeFileSync(file, JSON.stringify({ ...counts, slowest }));
    });
  }
}
