#!/usr/bin/python3
"""The committed JSON Schemas accept what the program accepts, and refuse common mistakes. Usage: ROOT"""

import json
import pathlib
import re
import sys

import jsonschema

root = pathlib.Path(sys.argv[1])


def read(path):
    text = path.read_text(encoding="utf-8")
    comment_or_text = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.S)
    return json.loads(comment_or_text.sub(lambda match: match.group(1) or " ", text))


def validator(name):
    schema = read(root / "scenarios/schema" / name)
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


scenario = validator("scenario.schema.json")
service_model = validator("service_model.schema.json")
failures = []


def expect(sound, checker, path):
    errors = [error.message for error in checker.iter_errors(read(path))]
    if bool(errors) == sound:
        failures.append(f"{path}: expected {'no errors' if sound else 'errors'}, found {errors}")


scenarios = [
    root / "scenarios/england.json",
    *sorted(p for folder in ["examples", "known"] for p in (root / "scenarios" / folder).glob("*.json")),
]
models = sorted((root / "scenarios").glob("*/service_models/*.json"))
assert len(scenarios) > 14 and len(models) >= 8
for path in [*scenarios, root / "tests/analysis/targets.json"]:
    expect(True, scenario, path)
for path in models:
    expect(True, service_model, path)
for name in ["unknown_keys", "wrong_types", "out_of_bounds", "missing_keys", "arms", "origin", "timeline", "targets"]:
    expect(False, scenario, root / "tests/scenario/broken" / f"{name}.json")
expect(False, service_model, root / "tests/scenario/broken/models/unfounded.json")

print("\n".join(failures) or f"{len(scenarios)} scenarios and {len(models)} service models fit their schemas")
sys.exit(bool(failures))
