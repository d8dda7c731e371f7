import type { OwnComponent } from "./ownComponent.ts";

export const liveMetrics: OwnComponent = {
  inputs: ["DropdownInput", "IntInput"],
  types: ["Data", "DataFrame", "Message"],
  icon: "activity",
  fields: `
IntInput(
    name="days",
    display_name="Days",
    info="How many days back costs and calls are counted, 1 to 3660.",
    value=30,
),
DropdownInput(
    name="by",
    display_name="By",
    info="What the rows of the table add up by.",
    options=["day", "flow", "model", "tool", "client"],
    value="day",
),
`,
  body: `
outputs = [
    Output(name="costs", display_name="Costs", method="build_costs"),
    Output(name="health", display_name="Health", method="build_health"),
    Output(name="text", display_name="Text", method="build_text"),
]

async def build_costs(self) -> DataFrame:
    report = await self.report()
    if report["left"] > 0:
        raise ValueError(f"{report['left']} more rows than a table takes. Choose fewer days, or add up by something else.")
    return DataFrame([{self.by: row["key"].get(self.by), **self.figures(row)} for row in report["rows"]])

async def build_health(self) -> Data:
    return Data(data=await self.ask_workspace("get_health"))

async def build_text(self) -> Message:
    health = await self.ask_workspace("get_health")
    total = self.figures((await self.report())["sum"])
    cost = "not known" if total["cost"] is None else f"{total['cost']} US dollars"
    uncounted = f" The tokens of {total['uncounted']} of them are not known." if total["uncounted"] else ""
    lines = [
        f"Status: {health['status']}",
        *(f"{alert['severity']}: {alert['message']} {alert['remedy']}" for alert in health["alerts"]),
        f"In {self.days} days: {total['runs']} flow runs, {total['calls']} tool calls, "
        f"{total['input_tokens']} tokens in, {total['output_tokens']} tokens out, cost {cost}.{uncounted}",
    ]
    return Message(text="\\n".join(lines))

def figures(self, row: dict) -> dict:
    tokens = row["tokens"]
    return {
        "calls": row["calls"],
        "runs": row["runs"],
        "input_tokens": tokens["input"],
        "output_tokens": tokens["output"],
        "uncounted": row["uncounted"],
        "cost": row.get("cost"),
    }

async def report(self) -> dict:
    return await self.ask_workspace("get_cost_report", days=self.days, by=[self.by], limit=1000, maxTokens=100_000)
`,
};
