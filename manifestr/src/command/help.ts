// What `--help` prints.

export const USAGE = `usage: manifestr [--values-dict PATH | --values PATH]... [--set key.path=value]...
                 [--template-root-dir DIR] [--output-dir DIR | -o -] [--overwrite]
                 [--strict] [--diff [--context NAME]] [--only GLOB]... [--validate]
       manifestr init
       manifestr --help | --version`;

export const HELP = `${USAGE}

Renders a folder of *.j2 templates into a folder, as Jinja2 does.

values
  --values PATH              YAML or JSON, or a Python module when it ends in .py; repeat to merge, later wins
  --values-dict PATH         a Python module with a literal  values = { ... }; read as data, never run
                             default: ./values.py, else ./values.yaml, else ./values.json
  --set key.path=value       one value on top, typed as in YAML
  --set-string key.path=text one value on top, always text

templates and output
  --template-root-dir DIR    folder of templates (default ./templates)
  --output-dir DIR, -o DIR   folder to replace (default ./output); - prints to standard output
  --only GLOB                render only templates that match, such as 'kafka/*' or '*.yaml'
  --overwrite                replace the output folder without asking
  --strict                   printing or testing something undefined is an error

checks
  --diff                     show what would change in the output folder, write nothing
  --context NAME             with --diff: compare with that cluster, through kubectl
  --validate                 every document must be YAML that its Kubernetes kind accepts
  --kubernetes-version X.Y   the version to validate for

  init                       write ./values.py and ./templates/ to start from
  --help, -h                 this text
  --version                  the version

Exit status: 0 done (also when the answer was no), 1 an error, 2 wrong usage.
LOG_LEVEL=debug|info|notice|warn|error|silent says how much is told on standard error.
`;
