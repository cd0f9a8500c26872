"""Renders fixtures/trees with the real Jinja2 and writes what tests compare with.

python3 scripts/expected.py            writes each tree's expected/ (needs python3-jinja2 3.1 and python3-yaml)
python3 scripts/expected.py --stdin    renders [{"templates": {...}, "values": {...}}] from standard input to standard output
"""

import ast
import base64
import json
import pathlib
import shutil
import sys

import jinja2

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "trees"


def environment(loader):
    env = jinja2.Environment(loader=loader)
    env.filters["b64encode"] = lambda v: base64.b64encode(str(v).encode()).decode()
    env.filters["b64decode"] = lambda v: base64.b64decode(str(v)).decode()
    env.filters["quote"] = lambda v: json.dumps(str(v), ensure_ascii=False)
    env.filters["to_yaml"] = to_yaml
    return env


def to_yaml(value, indent=2, sort_keys=False):
    import yaml

    return yaml.safe_dump(
        value, indent=indent, sort_keys=sort_keys, default_flow_style=False, allow_unicode=True, width=float("inf")
    )


def read_values(tree):
    module = tree / "values.py"
    if module.exists():
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.Assign) and node.targets[0].id == "values":
                return ast.literal_eval(node.value)
    return json.loads((tree / "values.json").read_text())


def line_of(error):
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename.endswith((".j2", "<template>")):
            line = step.tb_lineno
        step = step.tb_next
    return line


def render(env, name, values):
    try:
        return {"text": env.get_template(name).render(vars=values)}
    except Exception as error:
        return {"line": line_of(error), "error": f"{type(error).__name__}: {error}"}


def write_tree(tree):
    templates, expected = tree / "templates", tree / "expected"
    env = environment(jinja2.FileSystemLoader(templates))
    shutil.rmtree(expected, ignore_errors=True)
    expected.mkdir()
    failures = {}
    for path in sorted(templates.rglob("*.j2")):
        name = path.relative_to(templates).as_posix()
        made = render(env, name, read_values(tree))
        if "text" not in made:
            failures[name] = {"line": made["line"], "error": made["error"]}
            continue
        target = expected / name[: -len(".j2")]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made["text"].encode())
    if failures:
        (expected / "failures.json").write_text(json.dumps(failures, indent=2, sort_keys=True) + "\n")
    return failures


def main():
    if "--stdin" in sys.argv:
        cases = json.load(sys.stdin)
        json.dump([render(environment(jinja2.DictLoader(c["templates"])), "main", c["values"]) for c in cases], sys.stdout)
        return
    for tree in sorted(FIXTURES.iterdir()):
        failures = write_tree(tree)
        if failures and tree.name != "errors":
            print(f"{tree.name}: {json.dumps(failures, indent=1)}", file=sys.stderr)


main()
