#!/bin/bash
# A script like those people write. See: functions with arguments, loops that build a chain of hosts, conditions on an exit
# status, pipes into grep and wc, redirections, a background job that is waited for.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
hosts="a b c"
network=10.0
prefix=24

new_host() {
  local name=$1
  ip netns add "$name"
  ip netns exec "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  ip -n "$name" link set lo up
}

join() {
  ip -n "$1" link add "to-$2" address "02:00:00:00:0$3:01" type veth peer name "to-$1" address "02:00:00:00:0$3:02" netns "$2"
  ip -n "$1" addr add "$network.$3.1/$prefix" dev "to-$2"
  ip -n "$2" addr add "$network.$3.2/${prefix}" dev "to-$1"
  ip -n "$1" link set "to-$2" up && ip -n "$2" link set "to-$1" up
}

for h in $hosts; do new_host $h; done
join a b 1
join b c 2
ip netns list | sort
for h in $hosts; do
  echo "== $h: $(ip -n $h -o link show | wc -l) links"
  ip -n $h -o -4 addr show | grep -v '127.0.0.1' | wc -l
done
i=1
while [ $i -le 2 ]; do
  if ip netns exec b ping -c 1 -W 0.5 -q $network.$i.$((3 - i)) >/dev/null; then
    echo "net $i: answers"
  else
    echo "net $i: silent ($?)"
  fi
  i=$((i + 1))
done
ip netns exec a ping -c 1 10.0.2.2 >/dev/null 2>&1 || echo "no way from a to c: status $?"
ip netns exec a ping -c 1 -W 0.5 10.0.1.77 > /tmp/answer 2>&1
echo "status $?"
grep -c 'packet loss' /tmp/answer
ip netns exec c ping -c 3 -i 0.3 10.0.2.1 > /tmp/log &
echo "waiting"
wait
grep -c 'bytes from' /tmp/log
ip -n a route | while read -r net rest; do echo "route to $net"; done
case $(ip -n b -br link show to-a | cut -c1-4) in
  to-a) echo "named right" ;;
  *) echo "named wrong" ;;
esac
[ -e /sys/class/net/lo ] && [ ! -e /sys/class/net/nosuch ] && echo "sysfs is there"
for n in 1 2 3 4; do [ $n = 2 ] && continue; [ $n = 4 ] && break; echo "n=$n"; done
ip link show nosuch 2>/dev/null; echo "status $?"
ip -n a link show to-b | head -n 1
echo "done" | cat - && true || false
nosuchcommand --now
