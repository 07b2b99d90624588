#!/usr/bin/env bash
# Starts a program through its desktop entry, on a screen and a session bus of its own, and ends it once its window was seen.
#   start-entry.sh ENTRY WM_CLASS   WM_CLASS: the window's, or - where it isn't to be looked at
set -uo pipefail
entry=$1 class=$2
pids=()
trap 'kill "${pids[@]}" 2> /dev/null' EXIT
exec 3< <(exec Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp 2> /dev/null)
pids+=($!)
read -r number <&3
export DISPLAY=:$number
openbox > /dev/null 2>&1 &
pids+=($!)
gio launch "$entry" > /tmp/started 2>&1 &
for _ in $(seq 240); do
  window=$(xdotool search --onlyvisible --name 'kAudit Tray' 2> /dev/null | head -n 1)
  [ -n "$window" ] && break
  sleep 0.5
done
cat /tmp/started
[ -n "$window" ] || { echo 'no window within 120 s'; exit 1; }
named=$(xprop -id "$window" WM_CLASS)
echo "$named"
sleep 2
program=$(xdotool getwindowpid "$window")
[ "$(readlink "/proc/$program/exe")" = '/opt/kAudit Tray/kaudit-tray' ] || { echo "the window belongs to $(readlink "/proc/$program/exe")"; exit 1; }
kill -TERM "$program"
for _ in $(seq 60); do
  kill -0 "$program" 2> /dev/null || break
  sleep 0.25
done
kill -0 "$program" 2> /dev/null && { echo 'it does not end'; kill -KILL "$program"; exit 1; }
[ "$class" = - ] || [[ $named == *"\"$class\""* ]]
