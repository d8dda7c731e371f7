"""What Python itself says of components: reads {name: {file, values}}, prints {name: {"outputs": … or null, "line": … or null}}.

The file is imported as any module, its component is made and its methods are called, without Langflow's server.
"""

import asyncio
import contextlib
import importlib.util
import inspect
import json
import sys
import traceback


def plain(value):
    if type(value).__name__ == "Message":
        return value.text
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return value.to_dict(orient="records")
    return value.data if hasattr(value, "data") else value


def outputs_of(file, values):
    from lfx.custom import Component

    spec = importlib.util.spec_from_file_location("subject", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["subject"] = module
    spec.loader.exec_module(module)
    own = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Component) and value.__module__ == "subject"
    ]
    component = own[-1](**values)
    found = {}
    for output in component.outputs:
        result = getattr(component, output.method)()
        found[output.name] = plain(asyncio.run(result) if inspect.isawaitable(result) else result)
    return found


def line_of(error, file):
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def main():
    with open(sys.argv[1], encoding="utf-8") as asked:
        cases = json.load(asked)
    answers = {}
    for name, case in cases.items():
        try:
            answers[name] = {"outputs": outputs_of(case["file"], case["values"]), "line": None}
        except Exception as error:  # noqa: BLE001
            answers[name] = {"outputs": None, "line": line_of(error, case["file"])}
    return answers


with contextlib.redirect_stdout(sys.stderr):
    answers = main()
json.dump(answers, sys.stdout)
