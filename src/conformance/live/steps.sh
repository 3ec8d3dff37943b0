#!/bin/bash
# steps.sh DIR CAPTURE: runs DIR/0001.cmd, 0002.cmd, ... in this one shell and notes output, status and times of each beside it.
# Descriptors 8 and 9 lead to capture.py and back. Names of our own begin with two underscores.
__dir=$1 __capture=$2 __rc=0 __answer=
declare -A __known
set --

__tell() { # a request to the capture; answered when it is done
  [ "$__capture" = 1 ] || return 0
  local IFS=' '
  echo "$*" >&8
  read -r -u 9 __answer
  [ "$__answer" = ok ] || echo "$*: $__answer" >>"$__dir/../capture.err"
}
__watch() { # every namespace that exists has a capture socket, and none that is gone
  local path name
  for path in /run/netns/*; do
    name=${path##*/}
    if [ -e "$path" ] && [ -z "${__known[$name]-}" ]; then
      __known[$name]=1
      __tell add "$name" "$path"
    fi
  done
  for name in "${!__known[@]}"; do
    [ -e "/run/netns/$name" ] || __forget "$name"
  done
}
__forget() {
  [ -n "${__known[$1]-}" ] || return 0
  unset "__known[$1]"
  __tell del "$1"
}
__netns_verb() { # of a command line of ip: its verb after "netns", and that verb's argument, in __verb and __name
  __verb= __name=
  while [[ ${1-} == -* ]]; do
    case $1 in -n | -netns | -b | -batch | -f | -family | -rc | -rcvbuf) shift ;; esac
    shift
  done
  case ${1-} in net | netn | netns) __verb=${2-} __name=${3-} ;; esac
}
# A capture socket must be there before the namespace is used, and gone before it is deleted, or it would keep it alive.
ip() {
  local __verb __name __status # scripts may "set -u"
  __netns_verb "$@"
  case $__verb in
    d | de | del | dele | delet | delete)
      if [ -n "$__name" ]; then __forget "$__name"; else for __name in "${!__known[@]}"; do __forget "$__name"; done; fi ;;
  esac
  command ip "$@"
  __status=$?
  [ -n "$__verb" ] && __watch
  return $__status
}
sudo() { # the recorder is root already
  while [[ ${1-} == -* ]]; do shift; done
  "$@"
}
__return() { return "$1"; }

__start=$EPOCHREALTIME
__tell origin "$__start"
echo "$__start" >"$__dir/../origin"
for __file in "$__dir"/*.cmd; do
  __text=$(<"$__file") __file=${__file%.cmd}
  __begin=$EPOCHREALTIME
  echo "$__begin" >"$__file.begin"
  # $? is what the statement before left; with "set -e" it can only be 0 here
  if [[ $- == *e* ]]; then
    eval "$__text" >"$__file.out" 2>"$__file.err" </dev/null
  else
    __return $__rc
    eval "$__text" >"$__file.out" 2>"$__file.err" </dev/null
  fi
  __rc=$?
  echo "$__begin $EPOCHREALTIME $__rc" >"$__file.meta"
  __watch
  __tell sync
done
exit 0
