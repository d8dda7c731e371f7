import type { OwnComponent } from "./ownComponent.ts";

export const applyEdits: OwnComponent = {
  inputs: ["BoolInput", "DropdownInput", "MessageTextInput"],
  types: ["Data"],
  icon: "file-pen",
  fields: `
DropdownInput(
    name="operation",
    display_name="Operation",
    info="What to do: rename or move a symbol, move a file, or organize the imports of a file.",
    options=["rename_symbol", "move_symbol", "move_path", "organize_imports"],
    value="rename_symbol",
),
MessageTextInput(
    name="symbol",
    display_name="Symbol",
    info="The symbol to rename or move, such as Class/method or src/file.ts#name.",
),
MessageTextInput(
    name="path",
    display_name="Path",
    info="The file, for move_path and organize_imports, or the file of the symbol.",
),
MessageTextInput(name="new_name", display_name="New name", info="For rename_symbol."),
MessageTextInput(name="to", display_name="To", info="Target path, for move_path and move_symbol."),
MessageTextInput(
    name="plan_id",
    display_name="Plan",
    info="planId of an earlier preview: with Apply on, that plan is applied instead of a new one.",
    advanced=True,
),
BoolInput(
    name="apply",
    display_name="Apply",
    info="Change the files. Off: only a preview. The workspace can refuse the change all the same.",
    value=False,
),
`,
  // One output: two would apply twice.
  body: `
outputs = [Output(name="result", display_name="Result", method="build_result")]

async def build_result(self) -> Data:
    if self.plan_id:
        if not self.apply:
            raise ValueError("Plan is set and Apply is off. Turn Apply on, or empty Plan to see a new preview.")
        return await self.applied(self.plan_id, {})
    given = {"symbol": self.symbol, "path": self.path, "newName": self.new_name, "to": self.to}
    plan = await self.ask_workspace(
        "preview_refactoring",
        operation=self.operation,
        maxTokens=100_000,
        wait=170,
        **{name: value for name, value in given.items() if value},
    )
    if "planId" not in plan:
        raise ValueError("The preview is not ready yet. Run the component again in a minute.")
    if self.apply:
        return await self.applied(plan["planId"], plan)
    text = f"Preview, nothing was changed: {plan['title']}, in {plan['files']} file(s).\\n\\n{plan['diff']}"
    return Data(data={**plan, "applied": False, "text": text})

async def applied(self, plan_id: str, plan: dict) -> Data:
    done = await self.ask_workspace("apply_edits", planId=plan_id)
    outcome = done.get("outcome", "accepted")
    if outcome == "rejected":
        text = "Nothing was changed: the user discarded it."
    else:
        undo = f" undo_edits takes it back with {done['undoId']}." if "undoId" in done else ""
        text = f"{outcome.capitalize()}. Changed files: {', '.join(done['files'])}.{undo}"
    if done.get("comment"):
        text = f"{text} The user says: {done['comment']}"
    return Data(data={**plan, **done, "planId": plan_id, "applied": outcome != "rejected", "text": text})
`,
};
