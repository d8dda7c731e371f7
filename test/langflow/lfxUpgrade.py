"""What `lfx upgrade` says of flows: reads {name: data}, prints {"name node": status} of every component with code."""

import contextlib
import json
import sys


def main():
    from lfx.upgrade.checker import build_registry_lookup, check_flow_compatibility
    from lfx.upgrade.registry import load_upgrade_registry

    components = load_upgrade_registry()
    registry = build_registry_lookup(components)
    with open(sys.argv[1], encoding="utf-8") as file:
        flows = json.load(file)
    return {
        f"{name} {node.node_id}": node.status
        for name, data in flows.items()
        for node in check_flow_compatibility(data, components, registry=registry).nodes
    }


with contextlib.redirect_stdout(sys.stderr):
    answers = main()
json.dump(answers, sys.stdout)
