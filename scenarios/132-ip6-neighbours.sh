#!/bin/bash
# IPv6 neighbours. See: asked for, verified, failed, set by hand, and what the other side learns from being asked.
ip netns add a
ip netns add b
ip -n b link add x0 type veth peer name x1
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip netns exec a sysctl -qw net.ipv6.neigh.v0.base_reachable_time_ms=400000
ip netns exec b sysctl -qw net.ipv6.neigh.v0.base_reachable_time_ms=400000
ip -n a link set lo up
ip -n a addr add 2001:db8::1/64 dev v0 nodad
ip -n b addr add 2001:db8::2/64 dev v0 nodad
ip -n a link set v0 up
ip -n b link set v0 up
sleep 3.5
ip netns exec a ping -c 1 2001:db8::2
ip -n a -6 neigh
ip -n b -6 neigh
sleep 13
ip -n a -6 neigh
ip -n b -6 neigh
ip netns exec a ping -c 1 -W 3.6 2001:db8::55
ip -n a -6 neigh
ip -n a -6 neigh add 2001:db8::66 lladdr 02:00:00:00:00:66 dev v0
ip -n a -6 neigh add 2001:db8::66 lladdr 02:00:00:00:00:67 dev v0
ip netns exec a ping -c 1 -W 0.4 2001:db8::66
ip -n a -6 neigh replace 2001:db8::2 lladdr 02:00:00:00:00:77 dev v0 nud stale
ip netns exec a ping -c 1 -W 0.4 2001:db8::2
ip -n a -6 neigh
sleep 9
ip -n a -6 neigh
ip netns exec a ping -c 1 2001:db8::2
ip -n a -6 neigh del 2001:db8::2 dev v0
ip -n a -6 neigh del 2001:db8::99 dev v0
ip netns exec a ping -c 1 2001:db8::2
ip -n a -6 neigh
ip -n a -6 neigh flush dev v0
ip -n a -6 neigh
ip -n b link set v0 address 02:00:00:00:00:0b
ip netns exec a ping -c 1 2001:db8::2
ip -n a -6 neigh
