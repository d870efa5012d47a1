# shellcheck shell=bash
# The virtual environment .venv: the locked packages, then this project in it.

# Prints the first Python from 3.11 on that can make virtual environments; PYTHON=... is asked first.
suitable_python() {
  local name
  for name in "${PYTHON:-}" python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
    if [ -n "$name" ] && command -v "$name" >/dev/null && "$name" - 2>/dev/null <<'END'
import ensurepip, sys, venv
if sys.version_info < (3, 11):
    sys.exit(1)
# From inside another environment: the Python that environment was made with.
print(getattr(sys, "_base_executable", "") or sys.executable)
END
    then
      return 0
    fi
  done
  return 1
}

set_up_python() {
  local locked project
  environment_is_whole || make_environment
  locked=$(hash_of requirements.lock)
  if ! is_done .venv/.setup-locked "$locked"; then
    rm -f .venv/.setup-locked
    step pip "Python packages" install_locked_packages ||
      fail "a Python package could not be installed$(last_package_in pip): $(cause_in pip)." \
        "Mend that and run make setup again."
    mark_done .venv/.setup-locked "$locked"
  fi
  project=$(hash_of pyproject.toml)
  if ! is_done .venv/.setup-project "$project"; then
    rm -f .venv/.setup-project
    step project "the command needsmap" install_project ||
      fail "the project could not be installed into .venv: $(cause_in project)"
    mark_done .venv/.setup-project "$project"
  fi
}

# Whole: its Python runs, and its scripts point here (a checkout that was moved has to begin anew).
environment_is_whole() {
  .venv/bin/python -c 'import sys' 2>/dev/null && grep -qF "${root:?}/.venv/" .venv/bin/pip 2>/dev/null
}

make_environment() {
  local python
  python=$(suitable_python) ||
    fail "no Python from 3.11 on with venv and ensurepip: install it, or name one with PYTHON=/path/to/python3"
  rm -rf .venv
  step venv "virtual environment ($python)" "$python" -m venv .venv ||
    fail "the virtual environment could not be made: $(cause_in venv)"
}

# Wheels only: a source package would need a compiler and build tools that no lock file holds.
# Compiling comes after it, on all cores; a package's file that does not compile is no failure.
install_locked_packages() {
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --no-compile --require-hashes --only-binary :all: -r requirements.lock &&
    { .venv/bin/python -m compileall -q -j 0 .venv/lib || true; }
}

# " (name==version)" of the package that pip was at when it gave up.
last_package_in() { sed -n 's/^Collecting \([^ ]*\).*/ (\1)/p' "$(log_of "$1")" | tail -n 1; }

install_project() {
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --no-index \
    --no-deps --no-build-isolation -e .
}
