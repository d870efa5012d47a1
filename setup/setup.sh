#!/usr/bin/env bash
# Makes a checkout ready to run on Debian 12 or Ubuntu 24.04; does only what is not done yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
if ! mkdir -p var/log 2>/dev/null || ! [ -w . ] || ! [ -w var ]; then
  echo "setup: FAILED: $root is not writable for $(id -un): use a checkout of your own." >&2
  exit 1
fi

# One set-up at a time; --close keeps the lock out of the hands of services that apt starts.
if [ -z "${NEEDSMAP_SETUP_LOCKED:-}" ]; then
  export NEEDSMAP_SETUP_LOCKED=1
  flock --nonblock var/setup.lock true || echo "setup: waiting for another set-up to end"
  exec flock --close var/setup.lock "$root/setup/setup.sh" "$@"
fi

# shellcheck source=setup/steps.sh
. setup/steps.sh
# shellcheck source=setup/system-packages.sh
. setup/system-packages.sh
# shellcheck source=setup/python.sh
. setup/python.sh
# shellcheck source=setup/node.sh
. setup/node.sh
# shellcheck source=setup/web.sh
. setup/web.sh

set_up_system_packages
set_up_python
set_up_node
set_up_data_packages
set_up_web
report_browser
finish
