"""api/openapi.yaml as a judge of answers."""
import json
import re

import jsonschema
import yaml

from harness import REPOSITORY

with open(REPOSITORY / "api/openapi.yaml", encoding="utf-8") as source:
    DOCUMENT = json.loads(json.dumps(yaml.safe_load(source)))  # dates stay texts, as in the served document
RESOLVER = jsonschema.RefResolver("", DOCUMENT)
# What the transport answers to requests that no route sees; see info.description.
TRANSPORT = {400, 405, 408, 413, 417, 431, 501}


def operations():
    """(METHOD, path, operation) of everything documented."""
    return [(method.upper(), path, operation) for path, methods in DOCUMENT["paths"].items()
            for method, operation in methods.items()]


def operation_for(method, path):
    """What is documented for a path as requested; templates last."""
    found = [operation for m, template, operation in sorted(operations(), key=lambda o: "{" in o[1])
             if m == method and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)]
    assert found, f"{method} {path} is not documented"
    return found[0]


def resolved(node):
    while "$ref" in node:
        node = RESOLVER.resolve(node["$ref"])[1]
    return node


def errors_of(schema, value):
    validator = jsonschema.Draft202012Validator(schema, resolver=RESOLVER)
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(value)]


def undocumented(schema, value, place="$"):
    """Fields of an answer that the document doesn't know."""
    schema = resolved(schema)
    if "allOf" in schema:
        parts = [resolved(s) for s in schema["allOf"]]
        schema = {"properties": {name: s for part in parts for name, s in part.get("properties", {}).items()}}
    if "anyOf" in schema:
        schema = next((resolved(s) for s in schema["anyOf"] if not errors_of(s, value)), {})
    if isinstance(value, list):
        return [f for i, item in enumerate(value) for f in undocumented(schema.get("items", {}), item, f"{place}[{i}]")]
    if not isinstance(value, dict) or schema.get("additionalProperties") or "properties" not in schema:
        return []
    known = schema["properties"]
    return ([f"{place}.{name}" for name in value if name not in known] +
            [f for name in known if name in value for f in undocumented(known[name], value[name], f"{place}.{name}")])


def judge(method, path, answer):
    """Fails unless the answer is one that the document promises, to the last field."""
    return judge_operation(operation_for(method, path.split("?")[0]), answer, f"{method} {path} → {answer}")


def judge_operation(operation, answer, where):
    if answer.status in TRANSPORT and str(answer.status) not in operation["responses"]:
        promised = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    else:
        assert str(answer.status) in operation["responses"], f"status not documented: {where}"
        promised = resolved(operation["responses"][str(answer.status)])
    if "content" not in promised:
        assert answer.body == b"", where
        return answer
    kind = answer.headers["Content-Type"].split(";")[0]
    assert kind in promised["content"], f"{kind} not documented: {where}"
    schema = promised["content"][kind]["schema"]
    value = answer.json if kind == "application/json" else answer.text
    assert errors_of(schema, value) == [], where
    assert undocumented(schema, value) == [], where
    return answer
