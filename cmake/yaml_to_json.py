"""Turns the YAML file argv[1] into the JSON file argv[2], keeping the order of keys."""
import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as source:
    document = yaml.safe_load(source)
text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
with open(sys.argv[2], "w", encoding="utf-8") as target:
    target.write(text)
