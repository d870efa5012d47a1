# shellcheck shell=bash
# Words of the set-up: steps with a progress line, stamps that say what was done, and failing.
# A stamp lies inside what its step made, so that whoever removes the one removes the other.

: "${root:?}"
began=$SECONDS
steps_done=0

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: FAILED: %s\n' "$*" >&2
  exit 1
}

log_of() { printf '%s/var/log/setup-%s.log' "$root" "$1"; }

# hash_of FILE... : one checksum over the names and contents of the files.
hash_of() { sha256sum -- "$@" | sha256sum | cut -d' ' -f1; }

# is_done STAMP CHECKSUM : was the step last done for exactly this?
is_done() { [ -f "$1" ] && [ "$(<"$1")" = "$2" ]; }

mark_done() { printf '%s\n' "$2" >"$1"; }

# step NAME TITLE COMMAND... : run it with a line for people; what it prints goes to its log.
# The command is in a condition here, so bash ignores `set -e` in it: join its parts with &&.
step() {
  local name=$1 title=$2 start=$SECONDS
  shift 2
  steps_done=$((steps_done + 1))
  printf 'setup: %s ... ' "$title"
  if "$@" >"$(log_of "$name")" 2>&1 </dev/null; then
    printf '%d s\n' $((SECONDS - start))
  else
    printf 'failed\n'
    return 1
  fi
}

# cause_in NAME : the line of a step's log that tells most about why it failed, and where all is.
cause_in() {
  local log line
  log=$(log_of "$1")
  line=$(grep -E '^(E:|ERROR:|npm error|error|sudo:)|[Ee]rror:' "$log" |
    grep -vE '^npm error( (code|errno|syscall|path|signal|A complete log) .*)?$' | head -n 1) || true
  [ -n "$line" ] || line=$(grep -v '^[[:space:]]*$' "$log" | tail -n 1)
  printf '%s (log: %s)' "${line:-no message}" "$log"
}

finish() {
  if [ "$steps_done" = 0 ]; then
    say "nothing to do"
  else
    say "ready after $((SECONDS - began)) s"
  fi
}
