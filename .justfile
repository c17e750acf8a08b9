# The commands that a developer needs. `just` lists them; they use the environment `.venv`.

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

bin := if os_family() == "windows" { ".venv/Scripts/" } else { ".venv/bin/" }
python := bin + "python"

# List the commands.
default:
    @just --list

# Make the environment and install the hooks.
setup:
    {{ if os_family() == "windows" { "py" } else { "python3" } }} -m venv .venv
    {{ python }} -m pip install -c constraints.txt -e ".[test,dev,docs]"
    {{ bin }}pre-commit install

# Run the tests, or those that are named.
test *arguments:
    {{ python }} -m pytest {{ arguments }}

# Run the long tests.
test-slow:
    {{ python }} -m pytest -m slow

# Check style, types, layers and spelling, as the hooks do.
lint:
    {{ bin }}pre-commit run --all-files

# Break the code in many places, one at a time, and see that the tests notice.
mutations *arguments:
    {{ python }} tests/mutations/run_mutations.py {{ arguments }}

# Run every benchmark on little data, to see that it still works.
benchmarks:
    {{ python }} tests/benchmarks --quick

# Build guide and Python reference as a web site.
docs:
    {{ python }} packaging/build_site.py

# Draw the rooms of the package and print the figures of its structure.
rooms:
    {{ python }} packaging/import_graph.py

# Collect the texts of the window and compile the translations.
translate:
    {{ python }} packaging/translate.py

# Write the README's table of options anew.
options:
    {{ python }} packaging/reference_options.py

# Write man page, shell completions and icons anew.
linux-files:
    {{ python }} packaging/linux_files.py

# Write a new version everywhere, and the changelog.
prepare version:
    {{ python }} packaging/release.py prepare {{ version }}

# Build wheel, sdist and SBOM into dist/, and check them.
release *arguments:
    {{ python }} packaging/release.py build {{ arguments }}

# Make a program that needs no Python, from the wheel that is installed: a folder, with --deb a package.
freeze *arguments:
    {{ python }} packaging/freeze.py {{ arguments }}

# Join the change fragments into CHANGELOG.md.
changelog version:
    {{ bin }}towncrier build --yes --version {{ version }}
