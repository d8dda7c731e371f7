import type { FlowTestResult } from "../../protocol/flowTests.ts";

/** JUnit's XML, which every CI reads: a suite for each file. */
export function junitXml({ cases }: Pick<FlowTestResult, "cases">): string {
  const suites = [...Map.groupBy(cases, ({ file }) => file)].map(([file, tests]) => {
    const failed = tests.filter(({ state }) => state === "failed").length;
    const skipped = tests.filter(({ state }) => state === "stopped").length;
    const counts = `tests="${String(tests.length)}" failures="${String(failed)}" errors="0" skipped="${String(skipped)}"`;
    const time = seconds(tests.reduce((sum, { ms }) => sum + ms, 0));
    return [`  <testsuite name="${escaped(file)}" ${counts} time="${time}">`, ...tests.map(testcase), "  </testsuite>"];
  });
  return [`<?xml version="1.0" encoding="UTF-8"?>`, "<testsuites>", ...suites.flat(), "</testsuites>", ""].join("\n");
}

function testcase({ file, name, state, expected, actual, ms }: FlowTestResult["cases"][number]): string {
  const open = `    <testcase classname="${escaped(file)}" name="${escaped(name)}" time="${seconds(ms)}"`;
  if (state === "passed") return `${open}/>`;
  if (state === "stopped") return `${open}><skipped/></testcase>`;
  const text = `expected: ${expected ?? ""}\nactual: ${actual ?? ""}`;
  return `${open}><failure message="${escaped(`expected: ${expected ?? ""}`)}">${escaped(text)}</failure></testcase>`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Without the characters that XML 1.0 cannot have. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "�")
    .replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
