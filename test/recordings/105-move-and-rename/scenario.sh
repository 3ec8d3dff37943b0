#!/bin/bash
# Moving a device. See: it comes down and loses its addresses, routes and neighbours, but keeps its MAC, MTU and alias; it keeps
# its index if that is free in the new namespace; a name that is taken there is refused, unless a new name is given at once.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 mtu 1400
ip link set v0 alias "uplink of a"
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip link set v1 up
ip route add 10.9.0.0/16 via 10.0.0.2
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0
ip link set v0 netns a
ip link
ip route
ip neigh
ip -n a link
ip -n a addr
ip -n a link add eth0 address 02:00:00:00:00:03 type veth peer name eth1 address 02:00:00:00:00:04
ip -n b link add eth0 address 02:00:00:00:00:05 type veth peer name eth9 address 02:00:00:00:00:06
ip -n a link set eth0 netns b
ip -n a link set eth0 netns b name eth5
ip -n a -o link
ip -n b -o link
ip -n b link set eth5 name eth0
ip -n b link set eth5 name renamed
ip -n b link set renamed up
ip -n b link set renamed name again
ip -n b -o link
ip -n a link set nosuch netns b
ip -n a link set v0 netns nosuch
ip -n a link set lo netns b
ip -n a link set v0 netns 1
ip -o link
