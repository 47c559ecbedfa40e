# shellcheck shell=bash
# Sourced by the scripts people run: finds Python and keeps .venv in step with requirements.txt.

ROOT=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
VENV="$ROOT/.venv"
PYTHON="$VENV/bin/python"
# Our packages are found from wherever the caller stands, so that his relative paths keep meaning.
# Nothing else is: neither what lies where he stands nor what his own PYTHONPATH names.
export PYTHONPATH="$ROOT" PYTHONSAFEPATH=1
unset PYTHONHOME PYTHONSTARTUP

# Where a standard descriptor is closed, the next file that somebody opens would take its place.
: >&2 || exec 2>/dev/null
{ : >&1; } 2>/dev/null || exec >/dev/null
{ : <&0; } 2>/dev/null || exec </dev/null

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "error: $*"
    exit 1
}

# The comment block at the top of the calling script is its help text.
help_if_asked() {
    local script=$1
    shift
    for word in "$@"; do
        [ "$word" = "--" ] && return
        if [ "$word" = "--help" ] || [ "$word" = "-h" ]; then
            sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$script"
            exit 0
        fi
    done
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    local name
    for name in python3.13 python3.12 python3.11 python3; do
        if is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and was not found (tried python3.13, python3.12, python3.11, python3)"
}

# What the installed packages depend on; compared with what the last installation wrote down.
environment_stamp() {
    "$PYTHON" - "$ROOT/requirements.txt" <<'END'
import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest(), sys.version, sys.base_prefix)
END
}

is_installed() {
    is_new_enough "$PYTHON" && [ "$(environment_stamp)" = "$(cat "$VENV/.stamp" 2>/dev/null)" ]
}

# Two scripts may start at once: the lock belongs to descriptor 9 until it is closed.
ensure_environment() {
    is_installed && return
    mkdir -p "$VENV" 2>/dev/null && [ -w "$VENV" ] || fail_to_install
    local base=$PYTHON
    is_new_enough "$PYTHON" || base=$(find_python) || exit 1
    exec 9>>"$VENV/.lock"
    "$base" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
    is_installed || install_environment
    exec 9>&-
}

fail_to_install() {
    fail "the Python environment $VENV is missing, out of date or out of your reach, and you may not write it; let the owner of $ROOT run scripts/run, or work in a copy of your own: cp -R $ROOT DIRECTORY"
}

install_environment() {
    if ! is_new_enough "$PYTHON"; then
        local base
        base=$(find_python) || exit 1
        ensure_venv_module "$base"
        say "Creating the Python environment in .venv with $("$base" --version) ..."
        find "$VENV" -mindepth 1 ! -name .lock -delete
        "$base" -m venv "$VENV" || fail "python -m venv failed"
    fi
    install_requirements
    environment_stamp >"$VENV/.stamp"
    say "The Python environment is ready."
}

ensure_venv_module() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    local package
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt_install "$package"
        "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    fi
    fail "this Python lacks its venv module; install it first (on Debian and Ubuntu, as root: apt-get install $package)"
}

install_requirements() {
    local total
    total=$(grep -c '^[A-Za-z0-9]' "$ROOT/requirements.txt")
    say "Installing $total pinned packages (only when requirements.txt has changed) ..."
    if ! "$PYTHON" -m pip install --disable-pip-version-check --no-input --progress-bar off \
        --require-hashes -r "$ROOT/requirements.txt" 2>&1 | tee "$VENV/install.log" | show_progress; then
        tail -n 15 "$VENV/install.log" >&2
        fail "the installation failed; everything pip said is in .venv/install.log"
    fi
}

show_progress() {
    local line count=0
    while IFS= read -r line; do
        case $line in
        Collecting*) count=$((count + 1)) && [ $((count % 25)) = 0 ] && say "  $count packages fetched" ;;
        "Installing collected"*) say "  unpacking" ;;
        esac
    done
    return 0
}

# Debian packages, as root and without questions; nothing that they bring is started.
apt_install() {
    say "Installing $* from the system's package source ..."
    export DEBIAN_FRONTEND=noninteractive
    local log
    log=$(mktemp)
    if ! { apt-get update -q && apt-get install -q -y --no-install-recommends "$@"; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        fail "apt-get could not install: $*"
    fi
    rm -f "$log"
}
