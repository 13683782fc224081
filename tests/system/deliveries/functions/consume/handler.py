"""Consumes messages whose bodies say what is to become of them; notes every delivery in the folder NOTES."""

import json
import os
import time
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    """Carries out `{"name", "order", "times"}` of each record: the order holds for the first `times` deliveries."""
    failed = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        _note(body["name"], len(event["Records"]))
        if int(record["attributes"]["ApproximateReceiveCount"]) > body.get("times", 0):
            continue
        match body["order"]:
            case "fail":
                print(json.dumps({"message": "record failed: not today", "record_id": record["messageId"]}))
                failed.append({"itemIdentifier": record["messageId"]})
            case "raise":
                raise LookupError("no such thing")
            case "die":
                os._exit(3)
            case "overrun":
                time.sleep(60)
            case "meet":
                _wait_for(body["guests"])
    return {"batchItemFailures": failed}


def _note(name: str, batch: int) -> None:
    with (Path(os.environ["NOTES"]) / name).open("a") as file:
        file.write(f"{os.getpid()} {batch}\n")


def _wait_for(guests: list[str]) -> None:
    """Until these messages have come too, to other processes."""
    while not all((Path(os.environ["NOTES"]) / guest).exists() for guest in guests):
        time.sleep(0.01)
