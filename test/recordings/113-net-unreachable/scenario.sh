#!/bin/bash
# No route. See: ping fails at once with status 2 and no frame is sent; a host route or a default route opens the way again; the
# routes of a device go when it goes down, and only the connected one returns with it.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ping -c 1 10.0.0.2
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/32 dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b link set v1 up
ip route
ping -c 1 10.0.0.2
ip route get 10.0.0.2
ip route add 10.0.0.2 dev v0
ip route
ping -c 1 10.0.0.2
ping -c 1 -W 0.5 10.0.0.3
ip route add default via 10.0.0.2
ip route
ping -c 1 -W 0.5 203.0.113.5
ip link set v0 down
ip route
ping -c 1 10.0.0.2
ip addr add 10.7.0.1/24 dev v0
ip link set v0 up
ip route
ping -c 1 10.0.0.2
ip route add 10.0.0.0/8 dev nosuch
ip route add 10.0.0.0/8 via 1.2.3.4
ip route del 10.44.0.0/16
ip route add unreachable 10.70.0.0/16
ip route get 10.70.1.1
ping -c 1 10.70.1.1
ip netns exec b ping -c 1 8.8.8.8
grep ^Ip: /proc/net/snmp
