# shellcheck shell=bash
# Packages of the distribution: PostgreSQL with PostGIS and pgrouting, fonts, text layout, browser.

# Text layout and fonts are for the PDF reports (Greek letters included); libatomic1 is for the
# Node that Playwright brings along.
system_packages=(
  ca-certificates libatomic1
  libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  fonts-noto-core fonts-dejavu-core
)

# Only for `make bench`: what Nominatim, the peer of the geocoder, is imported and built with.
bench_packages=(osm2pgsql g++ pkg-config libicu-dev)

set_up_system_packages() {
  local -a missing=()
  if ! command -v dpkg-query >/dev/null; then
    say "not Debian or Ubuntu: PostgreSQL with PostGIS and pgrouting, pango, the Noto and DejaVu" \
      "fonts and Chromium must be installed by hand"
    return
  fi
  mapfile -t missing < <(missing_system_packages)
  [ "${#missing[@]}" -gt 0 ] || return 0
  become_root_for "${missing[@]}"
  step apt-update "reading the package lists" as_root apt-get update -q ||
    say "the package lists could not be refreshed: $(cause_in apt-update)"
  # Only now is the distribution's own PostgreSQL version known on a machine that never had lists.
  mapfile -t missing < <(missing_system_packages)
  refuse_unknown_packages "${missing[@]}"
  step apt-install "system packages (${missing[*]})" install_packages "${missing[@]}" ||
    fail "apt-get install ${missing[*]}: $(cause_in apt-install). Mend that and run make setup again."
}

# Names of all packages that are wanted and not there, one a line.
missing_system_packages() {
  not_installed "${system_packages[@]}"
  [ -z "${NEEDSMAP_BENCH:-}" ] || not_installed "${bench_packages[@]}"
  missing_postgresql_packages
  suitable_python >/dev/null || not_installed python3 python3-venv
  if browser_comes_by_apt && ! find_browser >/dev/null; then
    not_installed chromium
  fi
}

# A PostgreSQL that is there with PostGIS is used; otherwise the distribution's own version.
missing_postgresql_packages() {
  local version
  version=$(installed_postgis_version)
  if [ -z "$version" ]; then
    version=$(distribution_postgresql_version)
  fi
  if [ -z "$version" ]; then
    echo postgresql
    return
  fi
  not_installed "postgresql-$version" "postgresql-$version-postgis-3" "postgresql-$version-pgrouting"
}

installed_postgis_version() {
  local folder version found=""
  for folder in /usr/lib/postgresql/*/; do
    version=$(basename "$folder")
    if [ -x "$folder/bin/initdb" ] &&
      [ -f "/usr/share/postgresql/$version/extension/postgis.control" ] &&
      [ "$version" -gt "${found:-0}" ]; then
      found=$version
    fi
  done
  echo "$found"
}

distribution_postgresql_version() {
  apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1
}

# not_installed NAME... : those of the names that dpkg does not have installed, one a line.
not_installed() {
  local there name
  # dpkg-query exits with 1 when it does not know one of the names; its list is still right.
  there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    grep -qxF "installed $name" <<<"$there" || echo "$name"
  done
}

become_root_for() {
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null ||
    fail "these system packages are missing and there is no sudo: as root, run apt-get install $*"
  sudo -v || fail "these system packages are missing and sudo was refused: as root, run apt-get install $*"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

refuse_unknown_packages() {
  local name hint="check the sources in /etc/apt"
  local -a unknown=()
  for name in "$@"; do
    apt-cache show --no-all-versions "$name" >/dev/null 2>&1 || unknown+=("$name")
  done
  [ "${#unknown[@]}" -gt 0 ] || return 0
  [ "$(distribution)" != ubuntu ] || hint="add the component universe to the sources in /etc/apt"
  fail "this machine's package sources do not offer ${unknown[*]}: $hint, then run make setup again."
}

install_packages() {
  local code=0
  keep_main_cluster_away
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" || code=$?
  let_main_cluster_be
  return "$code"
}

# The service runs its own cluster under var/. On a machine that never had PostgreSQL the package
# would make and start another, which nobody asked for; a machine that has one keeps its ways.
no_main_cluster=/etc/postgresql-common/createcluster.d/needsmap-no-main.conf

keep_main_cluster_away() {
  [ -n "$(not_installed postgresql-common)" ] || return 0
  as_root mkdir -p "$(dirname "$no_main_cluster")" &&
    echo 'create_main_cluster = false' | as_root tee "$no_main_cluster" >/dev/null
}

let_main_cluster_be() { as_root rm -f "$no_main_cluster"; }

distribution() { (. /etc/os-release 2>/dev/null && echo "${ID:-unknown}"); }

# Ubuntu's chromium package only calls for a snap, which a container cannot run.
browser_comes_by_apt() { [ "$(distribution)" = debian ]; }

# Prints the command of a browser that really starts (Ubuntu's shim is a command that does not).
find_browser() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null &&
      { browser_comes_by_apt || "$name" --version >/dev/null 2>&1 </dev/null; }; then
      echo "$name"
      return 0
    fi
  done
  return 1
}

report_browser() {
  find_browser >/dev/null ||
    say "no Chromium: the browser tests are skipped; all else works. They run once the command" \
      "chromium starts (Ubuntu offers it as a snap: snap install chromium)"
}
