#!/bin/bash
# Which address a packet carries. See: the address of the subnet that the target lies in; a route's own "src"; else the first
# address of the outgoing device; ping -I takes an address or a device instead.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name p0 address 02:00:00:00:00:02 netns b
ip link add v1 address 02:00:00:00:00:03 type veth peer name p1 address 02:00:00:00:00:04 netns b
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.5.0.1/24 dev v0
ip addr add 10.1.0.1/24 dev v1
ip link set v0 up
ip link set v1 up
ip -n b addr add 10.0.0.2/24 dev p0
ip -n b addr add 10.5.0.2/24 dev p0
ip -n b addr add 10.1.0.2/24 dev p1
ip -n b link set p0 up
ip -n b link set p1 up
ip route
ip route get 10.0.0.2
ip route get 10.5.0.2
ip route get 10.1.0.2
ping -c 1 10.0.0.2
ping -c 1 10.5.0.2
ping -c 1 10.1.0.2
ip route add 10.8.0.0/16 via 10.5.0.2
ip route add 10.9.0.0/16 via 10.5.0.2 src 10.1.0.1
ip route get 10.8.0.1
ip route get 10.9.0.1
ip -n b addr add 10.9.0.1/32 dev p1
ping -c 1 -W 0.5 10.9.0.1
ping -c 1 -I 10.5.0.1 10.0.0.2
ping -c 1 -I v0 10.0.0.2
ping -c 1 -W 0.5 -I v0 10.1.0.2
ping -c 1 -I 10.7.7.7 10.0.0.2
ping -c 1 -I nosuch 10.0.0.2
ip -n b neigh
