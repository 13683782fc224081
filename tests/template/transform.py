"""Prints a SAM template as CloudFormation gets it. Runs in the environment of `tools/sam`, where SAM's translator is:
`tools/sam/.venv/bin/python tests/template/transform.py template.yaml [Parameter=Value …]`."""

import json
import sys
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator


def _uploaded(template: dict[str, Any]) -> dict[str, Any]:
    """With the local folders of code as `sam package` leaves them: on S3."""
    for name, resource in template["Resources"].items():
        for key in ("CodeUri", "ContentUri"):
            folder = resource.get("Properties", {}).get(key)
            if isinstance(folder, str):
                resource["Properties"][key] = f"s3://artefacts/{name}/{folder}"
    return template


def main(path: str, *given: str) -> None:
    """Prints JSON."""
    template = _uploaded(yaml_parse(Path(path).read_text(encoding="utf-8")))
    parameters = {name: entry["Default"] for name, entry in template["Parameters"].items() if "Default" in entry}
    parameters |= dict(pair.split("=", 1) for pair in given)
    parameters |= {"AWS::Region": "ap-northeast-2", "AWS::Partition": "aws"}
    transformed = Translator({}, Parser()).translate(template, parameter_values=parameters)
    print(json.dumps(transformed, ensure_ascii=False, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
