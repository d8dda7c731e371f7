// Components as people write them, and what goes wrong in them.

export const greeter = `from lfx.custom import Component
from lfx.io import IntInput, MessageTextInput, Output
from lfx.schema import Data, Message


class Greeter(Component):
    display_name = "Greeter"
    name = "Greeter"

    inputs = [
        MessageTextInput(name="who", display_name="Who", value="World"),
        IntInput(name="times", display_name="Times", value=1),
    ]
    outputs = [
        Output(name="greeting", display_name="Greeting", method="greet"),
        Output(name="facts", display_name="Facts", method="facts"),
    ]

    def greet(self) -> Message:
        return Message(text=f"Hello {self.who}! " * self.times)

    def facts(self) -> Data:
        return Data(data={"who": self.who, "times": self.times})
`;

export const joiner = `from lfx.custom import Component
from lfx.io import DataFrameInput, DataInput, HandleInput, MessageInput, Output
from lfx.schema import Data


class Joiner(Component):
    name = "Joiner"
    inputs = [
        HandleInput(name="message", display_name="Message", input_types=["Message"]),
        DataInput(name="record", display_name="Record"),
        DataFrameInput(name="table", display_name="Table"),
        MessageInput(name="typed", display_name="Typed"),
    ]
    outputs = [Output(name="all", display_name="All", method="join")]

    def join(self) -> Data:
        rows = len(self.table)
        return Data(
            data={"message": self.message.text, "record": self.record.data, "rows": rows, "typed": self.typed.text}
        )
`;

export const slow = (started: string, done: string) => `import asyncio
from pathlib import Path

from lfx.custom import Component
from lfx.io import Output
from lfx.schema import Message


class Slow(Component):
    name = "Slow"
    outputs = [Output(name="late", display_name="Late", method="wait")]

    async def wait(self) -> Message:
        Path(${JSON.stringify(started)}).touch()
        await asyncio.sleep(4)
        Path(${JSON.stringify(done)}).touch()
        return Message(text="late")
`;

const line = (code: string, before: string, after: string) => {
  if (!code.includes(before)) throw new Error(`no ${before}`);
  return code.replace(before, after);
};

/** By the name of the file; each fails in a line that Python names. */
export const broken: Readonly<Record<string, string>> = {
  Syntax: line(greeter, "def greet(self)", "def greet(self"),
  Indentation: line(greeter, "    def facts", "   def facts"),
  Package: line(greeter, "\n\n\nclass", "\nimport no_such_package\n\n\nclass"),
  PackageFrom: line(greeter, "\n\n\nclass", "\nfrom no_such_package.inside import something\n\n\nclass"),
  NameInPackage: line(greeter, "import Data, Message", "import Data, NoSuchMessage"),
  Module: line(greeter, "\n\n\nclass", "\n\nnumber = 1 / 0\n\n\nclass"),
  ClassBody: line(greeter, 'value="World"', "value=WORLD"),
  FieldValue: line(greeter, "value=1)", 'value="many")'),
  Making: line(
    greeter,
    "    def greet",
    "    def __init__(self, **values):\n        super().__init__(**values)\n        self.ratio = 1 / 0\n\n    def greet",
  ),
  RunsInto: line(
    greeter,
    "        return Message",
    '        raise ValueError("no such greeting")\n        return Message',
  ),
  Helper: line(
    line(greeter, "class Greeter", "def divided(number):\n    return 1 / number\n\n\nclass Greeter"),
    "        return Message",
    "        divided(0)\n        return Message",
  ),
  Wrapped: line(
    greeter,
    "        return Message",
    '        try:\n            int("x")\n        except ValueError as error:\n            raise RuntimeError("wrapped") from error\n        return Message',
  ),
};
