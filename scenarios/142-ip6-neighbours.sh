#!/bin/bash
# Neighbours of IPv6 as ip(8) takes and shows them. See: entries made by traffic and by hand, the word 'router', proxies, what is
# in both families' tables, what flush takes and leaves.
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip link set v0 up
ip -n b link set v1 up
sleep 2.2
ip addr add 2001:db8::1/64 dev v0 nodad
ip -n b addr add 2001:db8::2/64 dev v1 nodad
ip -6 neigh
ping -c 1 2001:db8::2
ip -6 neigh
ip neigh show dev v0
ip -n b -6 neigh
ip neigh add 2001:db8::77 lladdr 02:00:00:00:00:77 dev v0
ip -6 neigh add 2001:db8::78 lladdr 02:00:00:00:00:78 dev v0 router
ip -6 neigh add 2001:db8::79 lladdr 02:00:00:00:00:79 dev v0 nud stale
ip -6 neigh add proxy 2001:db8::80 dev v0
ip neigh add 10.0.0.5 lladdr 02:00:00:00:00:05 dev v0
ip -6 neigh
ip neigh
ip -6 neigh show nud permanent
ip -6 neigh show nud stale
ip -6 neigh show proxy
ip -6 neigh show to 2001:db8::78
ip -br neigh
ip -j -6 neigh show 2001:db8::78
ip -6 neigh get 2001:db8::77 dev v0
ip -6 neigh get 2001:db8::99 dev v0
ip -6 neigh add 2001:db8::77 lladdr 02:00:00:00:00:77 dev v0
ip -6 neigh change 2001:db8::99 lladdr 02:00:00:00:00:77 dev v0
ip -6 neigh replace 2001:db8::77 lladdr 02:00:00:00:00:76 dev v0 nud reachable
ip -6 neigh show 2001:db8::77
ip -6 neigh add 10.0.0.1 lladdr 02:00:00:00:00:77 dev v0
ip -6 neigh add 2001:db8::g lladdr 02:00:00:00:00:77 dev v0
ip -6 neigh del 2001:db8::99 dev v0
ip -6 neigh del 2001:db8::78 dev v0
ip -6 neigh del proxy 2001:db8::80 dev v0
ip -6 neigh show proxy
ip -s -6 neigh flush all
ip neigh
ip -6 neigh flush dev v0 nud all
ip neigh
