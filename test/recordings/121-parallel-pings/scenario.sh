#!/bin/bash
# Three hosts at once. See: each flow is in order by itself, and every counter adds up, though the flows interleave as they
# please; wait returns when the slowest is done.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
for h in a b c; do
  ip netns add $h
  ip netns exec $h sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
ip link add pa address 02:00:00:00:01:01 type veth peer name eth0 address 02:00:00:00:01:02 netns a
ip link add pb address 02:00:00:00:02:01 type veth peer name eth0 address 02:00:00:00:02:02 netns b
ip link add pc address 02:00:00:00:03:01 type veth peer name eth0 address 02:00:00:00:03:02 netns c
ip addr add 10.1.0.1/24 dev pa
ip addr add 10.2.0.1/24 dev pb
ip addr add 10.3.0.1/24 dev pc
for p in pa pb pc; do ip link set $p up; done
ip -n a addr add 10.1.0.2/24 dev eth0
ip -n b addr add 10.2.0.2/24 dev eth0
ip -n c addr add 10.3.0.2/24 dev eth0
for h in a b c; do ip -n $h link set eth0 up; done
ip netns exec a ping -c 4 -i 0.3 10.1.0.1 &
ip netns exec b ping -c 3 -i 0.5 -q 10.2.0.1 &
ping -c 2 -i 0.7 10.3.0.2 &
wait
ip neigh
ip -s link show pa
ip -s link show pb
ip -s link show pc
grep ^Icmp: /proc/net/snmp
