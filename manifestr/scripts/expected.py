"""Renders fixtures/trees with the real Jinja2 and writes what tests compare with.

python3 scripts/expected.py            writes each tree's expected/ (needs python3-jinja2 3.1 and python3-yaml)
python3 scripts/expected.py --check    names what is committed and not what this Jinja2 gives
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


def render_tree(tree):
    """Every expected file by its path below expected/."""
    templates = tree / "templates"
    env = environment(jinja2.FileSystemLoader(templates))
    files, failures = {}, {}
    for path in sorted(templates.rglob("*.j2")):
        name = path.relative_to(templates).as_posix()
        made = render(env, name, read_values(tree))
        if "text" in made:
            files[name[: -len(".j2")]] = made["text"]
        else:
            failures[name] = {"line": made["line"], "error": made["error"].replace(str(templates), "templates")}
    if failures:
        files["failures.json"] = json.dumps(failures, indent=2, sort_keys=True) + "\n"
        if tree.name != "errors":
            print(f"{tree.name}: {', '.join(failures)} failed", file=sys.stderr)
    return files


def write(expected, files):
    shutil.rmtree(expected, ignore_errors=True)
    for name, text in files.items():
        target = expected / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def without_words(name, data):
    """Of failures only where they are: the words differ between the versions of 3.1."""
    if name != "failures.json" or data is None:
        return data
    return {template: failure["line"] for template, failure in json.loads(data).items()}


def differing(expected, files):
    committed = {p.relative_to(expected).as_posix(): p.read_bytes() for p in expected.rglob("*") if p.is_file()}
    made = {name: text.encode() for name, text in files.items()}
    return [
        f"{expected.parent.name}/{name}"
        for name in sorted({*committed, *made})
        if without_words(name, committed.get(name)) != without_words(name, made.get(name))
    ]


def main():
    if "--stdin" in sys.argv:
        cases = json.load(sys.stdin)
        json.dump([render(environment(jinja2.DictLoader(c["templates"])), "main", c["values"]) for c in cases], sys.stdout)
        return
    for tree in sorted(FIXTURES.iterdir()):
        if "--check" in sys.argv:
            print("".join(f"{name}\n" for name in differing(tree / "expected", render_tree(tree))), end="")
        else:
            write(tree / "expected", render_tree(tree))


main()
