import type { OwnComponent } from "./ownComponent.ts";

export const workspaceContext: OwnComponent = {
  inputs: ["MessageTextInput"],
  types: ["Data", "Message"],
  icon: "book-open",
  fields: `
MessageTextInput(
    name="path",
    display_name="Folder",
    info="The folder to describe, relative to the workspace, with /.",
    value=".",
    tool_mode=True,
),
`,
  body: `
outputs = [
    Output(name="text", display_name="Text", method="build_text"),
    Output(name="data", display_name="Data", method="build_data"),
]

async def build_data(self) -> Data:
    return Data(data=await self.analysis())

async def build_text(self) -> Message:
    found = await self.analysis()
    score = found["health"].get("score")
    parts = [
        "# Workspace",
        f"{found['files']} files with {found['lines']} lines."
        + ("" if score is None else f" Health score {score} of 100."),
        "## Languages",
        self.bullets(f"{one['language']}: {one['files']} files, {one['lines']} lines" for one in found["languages"]),
        "## Entry points",
        self.bullets(f"{one['path']} ({one['kind']})" for one in found["entryPoints"]),
        "## Hot spots",
        self.bullets(one["path"] for one in found["hotSpots"]),
    ]
    return Message(text="\\n\\n".join(parts))

def bullets(self, lines) -> str:
    return "\\n".join(f"- {line}" for line in lines) or "None."

async def analysis(self) -> dict:
    found = await self.ask_workspace("analyze_repository", path=self.path or ".", maxTokens=100_000, wait=170)
    if "files" not in found:
        raise ValueError("The analysis is not ready yet. Run the component again in a minute.")
    return found
`,
};
