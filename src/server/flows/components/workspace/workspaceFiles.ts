import type { OwnComponent } from "./ownComponent.ts";

export const workspaceFiles: OwnComponent = {
  inputs: ["DropdownInput", "IntInput", "MessageTextInput"],
  types: ["DataFrame", "Message"],
  icon: "folder",
  fields: `
DropdownInput(
    name="action",
    display_name="Action",
    info="List files lists what is in a folder; Read file gives the text of a file.",
    options=["List files", "Read file"],
    value="List files",
),
MessageTextInput(
    name="path",
    display_name="Path",
    info="The folder or file, relative to the workspace, with /.",
    value=".",
    tool_mode=True,
),
IntInput(
    name="depth",
    display_name="Depth",
    info="Levels of folders that List files goes into, 1 to 20.",
    value=1,
    advanced=True,
),
IntInput(
    name="limit",
    display_name="Limit",
    info="Most files and folders that are listed, 1 to 1000.",
    value=1000,
    advanced=True,
),
`,
  body: `
outputs = [
    Output(name="table", display_name="Table", method="build_table"),
    Output(name="text", display_name="Text", method="build_text"),
]

async def build_table(self) -> DataFrame:
    if self.action == "Read file":
        return DataFrame([{"path": self.path, "text": await self.read()}])
    listing = await self.listing()
    self.status = "\\n".join(self.left_out(listing))
    return DataFrame(listing["entries"])

async def build_text(self) -> Message:
    if self.action == "Read file":
        return Message(text=await self.read())
    listing = await self.listing()
    lines = [entry["path"] for entry in listing["entries"]]
    return Message(text="\\n".join(lines + self.left_out(listing)))

def left_out(self, listing: dict) -> list[str]:
    left = [f"{listing['left']} more are not listed. Choose a smaller folder or depth."] if listing["left"] > 0 else []
    return left + ([] if listing["complete"] else ["Some could not be read."])

async def listing(self) -> dict:
    return await self.ask_workspace(
        "list_directory", path=self.path or ".", depth=self.depth, limit=self.limit, maxTokens=100_000
    )

async def read(self) -> str:
    parts = []
    line = 1
    while line is not None:
        part = await self.ask_workspace("read_file", path=self.path, startLine=line, maxTokens=100_000)
        if "cutLine" in part:
            raise ValueError(f"Line {part['cutLine']} of {self.path} is too long to be read. Choose another file.")
        parts.append(part["content"])
        line = part.get("nextLine")
    return "".join(parts)
`,
};
