#!/bin/bash
# The local and the main table are one trie until somebody adds a rule. See: a longer prefix of the main table wins over a shorter
# one of the local table; an own address is no gateway; "route get" names the main table also for own addresses; a table exists
# from the first attempt to add to it, and before that every address is taken for a broadcast.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b route del 10.0.0.0/8
ip -n b route flush proto static
ip netns exec b route -n
ip -n b route add 10.0.0.0/8 dev lo
ip netns exec b cat /proc/net/route
ip -n b route show table 100
ip -n b link set lo up
ip -n b addr add 10.7.0.1/8 dev lo
ip -n b link set lo down
ip -n b link set lo up
ip -n b addr
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip route add 10.1.0.0/24 dev v0
ping -c 1 -W 0.5 10.1.0.9
ip neigh show nud all
ip addr add 10.1.0.1/24 dev v0
ip addr add 10.1.0.2/24 dev v1
ip addr add 0.0.0.0/24 dev v0
sleep 0.2
ip route add 10.50.0.0/16 via 10.1.0.2
ip route add 10.51.0.0/16 via 10.1.0.1
ip route add 10.52.0.0/16 via 10.1.0.9
ip route
ip route get 10.50.0.1
ip route get 10.52.0.1
ip -d route get 10.1.0.1
ip -d route get 10.1.0.1 from 10.1.0.7 iif v0
ip link set lo up
ip route add unreachable 127.0.0.9
ip route add 127.0.0.8 dev v0
ip route get 127.0.0.7
ip route get 127.0.0.8
ip route get 127.0.0.9
ip route add local 10.6.0.0/16 dev lo table main
ip route get 10.6.1.5
ip addr add 10.6.1.1/24 dev v0
ip route get 10.6.1.5
ip route show table all
