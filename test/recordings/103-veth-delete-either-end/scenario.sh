#!/bin/bash
# A veth pair lives and dies as one. See: deleting either end removes both, also when the other stands in another namespace and
# is up with addresses and neighbours; its routes go with it; index numbers are never used again.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add p0 address 02:00:00:00:01:00 type veth peer name p1 address 02:00:00:00:01:01
ip link del p0
ip -o link
ip link add p0 address 02:00:00:00:01:00 type veth peer name p1 address 02:00:00:00:01:01
ip link del p1
ip -o link
ip link add p0 address 02:00:00:00:01:00 type veth peer name p1 address 02:00:00:00:01:01
ip link set p1 netns b
ip addr add 10.1.0.1/24 dev p0
ip link set p0 up
ip -n b addr add 10.1.0.2/24 dev p1
ip -n b link set p1 up
ping -c 1 10.1.0.2
ip -n b link del p1
ip -o link
ip route
ip neigh
ip link add q0 address 02:00:00:00:02:00 type veth peer name q1 address 02:00:00:00:02:01 netns b
ip -o link
ip -n b -o link
ip addr add 10.2.0.1/24 dev q0
ip link set q0 up
ip link del q0
ip -n b -o link
ip route show table all
ip link del q0
ip -n b link del q1
ip link del lo
