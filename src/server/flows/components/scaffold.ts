/** A component to start from, in the imports that Langflow has had since 1.6. */
export function scaffold(name: string): string {
  return `from lfx.custom import Component
from lfx.io import MessageTextInput, Output
from lfx.schema import Message


class ${name}(Component):
    display_name = "${titleOf(name)}"
    description = "What it does, in one sentence."
    icon = "code"
    name = "${name}"

    inputs = [
        MessageTextInput(
            name="input_value",
            display_name="Input",
            info="What the component gets.",
            value="Hello",
        ),
    ]

    outputs = [
        Output(name="output", display_name="Output", method="build_output"),
    ]

    def build_output(self) -> Message:
        return Message(text=self.input_value.upper())
`;
}

/** `WordCount` and `word_count` are "Word Count". */
export function titleOf(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])(?=[A-Z])/g, "$1 ")
    .split(/[_\s]+/)
    .filter((word) => word !== "");
  return words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join(" ") || name;
}
