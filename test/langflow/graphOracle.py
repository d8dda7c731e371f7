"""Whether Langflow builds flows: reads {name: data} from the file given, prints {name: null or why not}.

Graph.from_payload is what Langflow calls before it runs anything. It makes each component too, by its code.
"""

import contextlib
import copy
import json
import sys


def refusal(graph_class, data):
    try:
        graph = graph_class.from_payload(copy.deepcopy(data), "0d1d4d40-0000-4000-8000-000000000001", "flow")
        graph.sort_vertices()
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    return None


def main():
    from lfx.graph.graph.base import Graph

    with open(sys.argv[1], encoding="utf-8") as file:
        flows = json.load(file)
    return {name: refusal(Graph, data) for name, data in flows.items()}


with contextlib.redirect_stdout(sys.stderr):
    answers = main()
json.dump(answers, sys.stdout)
