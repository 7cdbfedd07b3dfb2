"""Reads run states as Prefect does, and tells what it has made of each node: a class, a message, a start time."""

import json
import sys

import pendulum
from prefect.engine.state import State


def told(node):
    state = State.deserialize(node["state"])
    start = getattr(state, "start_time", None)
    return {
        "slug": node["task"]["slug"],
        "class": type(state).__name__,
        "message": state.message,
        "start": start and pendulum.instance(start).in_timezone("UTC").isoformat(),
        "finished": state.is_finished(),
        "successful": state.is_successful(),
        "failed": state.is_failed(),
        "pending": state.is_pending(),
    }


published = json.load(sys.stdin)
nodes = published["nodes"] if isinstance(published, dict) else published
json.dump([told(node) for node in nodes], sys.stdout)
