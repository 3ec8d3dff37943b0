#!/bin/bash
# setup.sh WORK CAPTURE
# Runs inside fresh network, mount and pid namespaces (record.ts makes them). WORK holds scenario.sh, final.list and copies of
# steps.sh, capture.py and drops.py; the results are left in WORK/steps, WORK/final, and WORK/frames.jsonl (CAPTURE is 1) or
# WORK/drops.json (CAPTURE is 0, and the kernel lets itself be watched).
# Nothing but these namespaces is changed: every mount below is private to them.
work=$1 capture=$2
home=/run/vethsim
mount --make-rprivate / || exit 99
mount -t tmpfs none /run || exit 99
mkdir -p /run/netns "$home" || exit 99
mount --bind "$work" "$home" || exit 99
mount -t tmpfs none /tmp || exit 99
mount -t sysfs none /sys || exit 99
mkdir -p "$home/steps" "$home/final" /tmp/cwd

# The statements of the scenario, one file each: lines are joined until bash finds them complete. Blank lines and #! are left out.
count=0 text=
while IFS= read -r line || [ -n "$line" ]; do
  if [ -z "$text" ]; then
    [[ $line =~ ^[[:space:]]*$ || $line == '#!'* ]] && continue
  fi
  text+=$line
  if [[ $line != *\\ ]] && complaint=$(bash -n 2>&1 <<<"$text") && [ -z "$complaint" ]; then
    count=$((count + 1))
    printf -v id '%04d' $count
    printf '%s' "$text" >"$home/steps/$id.cmd"
    text=
  else
    text+=$'\n'
  fi
done <"$home/scenario.sh"
if [ -n "$text" ]; then
  printf -v id '%04d' $((count + 1))
  printf '%s' "${text%$'\n'}" >"$home/steps/$id.cmd"
fi

mkfifo /run/capture.in /run/capture.out
exec 8<>/run/capture.in 9<>/run/capture.out
if [ "$capture" = 1 ]; then
  /usr/bin/env python3 "$home/capture.py" "$home/frames.jsonl" <&8 >/run/capture.out 2>"$home/capture.err" &
  daemon=$!
  echo "add main /proc/self/ns/net" >&8
  read -r -t 20 -u 9 answer
  [ "$answer" = ok ] || { echo "capture: ${answer:-no answer}" >&2; exit 98; }
else
  coproc DROPS { /usr/bin/env python3 "$home/drops.py" "$home/drops.json" 2>"$home/drops.err"; }
  drops=$DROPS_PID
  read -r -t 20 -u "${DROPS[0]}" answer
  [ "$answer" = ok ] || echo "drops: ${answer:-no answer}" >"$home/drops.err"
fi
# The kernel's link watch serves the whole machine and rests a second after its last event; what ran before may still be taken
# down, which causes events, for a second. Time stamping of frames is switched on by a worker, too. So let things settle.
sleep 2.5
/usr/bin/env python3 "$home/forget-proxies.py"

# The scenario runs in a shell of its own: it may exit, or set options, without disturbing what follows.
cd /tmp/cwd || exit 99
bash "$home/steps.sh" "$home/steps" "$capture"
echo "$? $EPOCHREALTIME" >"$home/ended"
if [ "$capture" = 0 ] && [ "$answer" = ok ]; then
  # What is taken down later is no drop of the script's.
  echo stop >&"${DROPS[1]}"
  read -r -t 20 -u "${DROPS[0]}" answer
fi

dump() { # NAME PREFIX...: every table that final.list names, as the last state of a namespace
  local into=$home/final/$1 file command
  local name=$1
  shift
  mkdir -p "$into"
  while IFS=$'\t' read -r file command; do
    echo "$EPOCHREALTIME $name/$file" >>"$home/dumped"
    "$@" bash -c "$command" >"$into/$file" 2>/dev/null </dev/null
  done <"$home/final.list"
}
dump main env
for path in /run/netns/*; do
  [ -e "$path" ] && ip netns exec "${path##*/}" true 2>/dev/null && dump "${path##*/}" ip netns exec "${path##*/}"
done
# What would outlive its namespace.
/usr/bin/env python3 "$home/forget-proxies.py"
for path in /run/netns/*; do
  [ -e "$path" ] && ip netns exec "${path##*/}" /usr/bin/env python3 "$home/forget-proxies.py" 2>/dev/null
done
if [ "$capture" = 1 ]; then
  echo stop >&8
  read -r -t 60 -u 9 answer
  [ "$answer" = ok ] || { echo "capture: ${answer:-no answer}" >&2; exit 98; }
  wait "$daemon"
elif [ "$answer" = ok ]; then
  wait "$drops"
fi
exit 0
