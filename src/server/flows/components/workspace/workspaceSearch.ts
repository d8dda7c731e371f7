import type { OwnComponent } from "./ownComponent.ts";

export const workspaceSearch: OwnComponent = {
  inputs: ["BoolInput", "DropdownInput", "IntInput", "MessageTextInput"],
  types: ["DataFrame", "Message"],
  icon: "search",
  fields: `
MessageTextInput(
    name="query",
    display_name="Query",
    info="The text, or the regular expression of JavaScript, to search for.",
    required=True,
    tool_mode=True,
),
DropdownInput(
    name="mode",
    display_name="Mode",
    info="What the query is; meaning finds code by a description, where the workspace is set up for it.",
    options=["text", "regex", "meaning"],
    value="text",
),
MessageTextInput(
    name="path",
    display_name="Path",
    info="A file, a folder, or a pattern such as src/**/*.ts; the whole workspace when empty.",
),
BoolInput(
    name="case_sensitive",
    display_name="Case sensitive",
    info="Upper case and lower case differ.",
    value=True,
    advanced=True,
),
IntInput(
    name="limit",
    display_name="Limit",
    info="Most lines that are found, 1 to 1000.",
    value=200,
    advanced=True,
),
`,
  body: `
outputs = [
    Output(name="table", display_name="Table", method="build_table"),
    Output(name="text", display_name="Text", method="build_text"),
]

async def build_table(self) -> DataFrame:
    found = await self.search()
    self.status = "\\n".join(self.left_out(found))
    return DataFrame(found["matches"])

async def build_text(self) -> Message:
    found = await self.search()
    lines = [f"{match['path']}:{match['line']}: {match['text']}" for match in found["matches"]]
    return Message(text="\\n".join((lines or ["Nothing was found."]) + self.left_out(found)))

def left_out(self, found: dict) -> list[str]:
    left = [f"{found['left']} more are not listed. Give a narrower query or path."] if found["left"] > 0 else []
    return left + ([] if found["complete"] else ["Some files could not be read."])

async def search(self) -> dict:
    where = {"path": self.path} if self.path else {}
    return await self.ask_workspace(
        "search_code",
        query=self.query,
        mode=self.mode,
        caseSensitive=self.case_sensitive,
        limit=self.limit,
        maxTokens=100_000,
        **where,
    )
`,
};
