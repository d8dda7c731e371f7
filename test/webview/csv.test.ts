import assert from "node:assert/strict";
import { chartCsv } from "../../src/webview/csv.ts";

describe("a chart as CSV", () => {
  it("quotes names, and gives a spreadsheet no formula of others", () => {
    const values = [
      ["0.5", "over 1"],
      ["", "-2"],
    ];
    const chart = {
      ...{ times: ["2026-11-01", "2026-11-02"], timeUnit: "Day", valueUnit: "USD" },
      parts: [{ name: 'Pears, "ripe"' }, { name: "=HYPERLINK(1)" }],
      cell: (part: number, time: number) => values[time]?.[part] ?? assert.fail(),
    };
    assert.equal(
      chartCsv(chart),
      `Day,"Pears, ""ripe"" (USD)",'=HYPERLINK(1) (USD)\r\n2026-11-01,0.5,over 1\r\n2026-11-02,,-2\r\n`,
    );
  });
});
