#!/usr/bin/env bash
# The life of a package on a machine: installed, started through its desktop entry, upgraded, started again, removed. Runs as root in a throw-away
# root (throw-away-root.sh), and prints a line for each thing that was looked at.
#   life-of-a-package.sh deb|rpm OLD NEW WM_CLASS   WM_CLASS: what windows of this Electron are named, or - where it isn't to be looked at
set -uo pipefail
kind=$1 old=$2 new=$3 class=$4
here=$(dirname "$(readlink -f "$0")")
failed=0
check() { # check WHAT COMMAND…
  local what=$1
  shift
  if "$@" > /tmp/checked 2>&1; then echo "ok     $kind: $what"; else
    echo "FAILED $kind: $what"
    sed 's/^/         /' /tmp/checked | head -20
    failed=1
  fi
}
is() { [ "$1" = "$2" ] || { echo "$1, not $2"; return 1; }; }

program='/opt/kAudit Tray/kaudit-tray'
entry=/usr/share/applications/kaudit-tray.desktop
value() { sed -n "s/^$1=//p" "$entry"; }
case $kind in
  deb)
    install() { dpkg --install "$1"; }
    upgrade() { dpkg --install "$1"; }
    remove() { dpkg --purge kaudit-tray; }
    version() { dpkg-query -W -f '${Version}' kaudit-tray; }
    ;;
  rpm)
    # Debian's packages are not in rpm's list.
    install() { rpm --install --nodeps "$1"; }
    upgrade() { rpm --upgrade --nodeps "$1"; }
    remove() { rpm --erase kaudit-tray; }
    version() { rpm --query --queryformat '%{VERSION}' kaudit-tray; }
    ;;
esac

home=/home/someone
useradd --create-home --uid 5555 someone
config=$home/.config/kaudit-tray
settings=$config/settings.json
as_someone() { setpriv --reuid=5555 --regid=5555 --clear-groups env HOME=$home USER=someone XDG_RUNTIME_DIR=/tmp/run-someone "$@"; }
install -d -o someone -g someone -m 700 /tmp/run-someone 2> /dev/null || { mkdir -m 700 /tmp/run-someone && chown 5555:5555 /tmp/run-someone; }
as_someone mkdir -p "$config"
as_someone tee "$settings" > /dev/null << 'JSON'
{ "settings": { "theme": "dark", "startAtLogin": true, "namespaces": ["kept-by-the-upgrade"] }, "presets": [] }
JSON
# Without the machine's own records and caches.
everything() { find /usr /etc /opt /var ! -path '/var/log*' ! -path '/var/cache*' ! -path '/var/lib/dpkg/*' ! -path '/var/lib/rpm*' | sort; }
start() { as_someone dbus-run-session -- "$here/start-entry.sh" "$entry" "$1"; }
setting() { grep -o "\"theme\": *\"dark\"" "$settings" && grep -o kept-by-the-upgrade "$settings"; }
everything > /tmp/before

check "$(basename "$old") is installed" install "$old"
check 'its command is there' is "$(readlink -f /usr/bin/kaudit-tray)" "$program"
check 'its desktop entry is valid' desktop-file-validate "$entry"
check 'the entry starts the program' is "$(value Exec)" "\"$program\" %U"
check 'the entry names no MIME type, and none is registered' bash -c "! grep -q MimeType $entry && ! ls /usr/share/mime/packages/kaudit-tray.xml"
check 'the entry and the windows have one name' is "$(value StartupWMClass)" kaudit-tray
for size in 16 24 32 48 64 128 256 512; do
  file=/usr/share/icons/hicolor/${size}x$size/apps/$(value Icon).png
  # A PNG has its width at byte 16.
  check "an icon of $size pixels" is "$(od -An -tu4 --endian=big -j16 -N4 "$file" | tr -d ' ')" "$size"
done
check 'Chromium’s sandbox is not switched off' bash -c "! grep -- --no-sandbox $entry"
check 'it starts through its entry, and shows a window' start "$class"
check 'settings are read and kept' setting
autostart=$home/.config/autostart/kaudit-tray.desktop
check 'it is started at login as it was told, without a window' grep -q "^Exec=.*/opt/kAudit Tray/kaudit-tray.* --hidden" "$autostart"
check 'the autostart entry is valid' desktop-file-validate "$autostart"

check "$(basename "$new") takes its place" upgrade "$new"
check 'the new version is recorded' bash -c "[ '$(version)' = '$(basename "$new" | sed -E 's/^kaudit-tray-([0-9.]+)-.*/\1/')' ]"
check 'its command is still there' is "$(readlink -f /usr/bin/kaudit-tray)" "$program"
check 'settings are there after the upgrade' setting
check 'it starts again, and shows a window' start "$class"
check 'settings are there after the new version ran' setting

check 'it is removed' remove
everything > /tmp/after
check 'nothing is left behind' diff /tmp/before /tmp/after
check 'the user’s settings stay' setting
exit "$failed"
