#!/bin/bash
# Neighbours set by hand. See: a permanent entry is used without ARP; with a wrong MAC the frame reaches the other host, which
# counts it as received yet ignores it; the other host still asks for us by ARP before it answers.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b link set v1 up
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0 nud permanent
ip neigh
ping -c 1 10.0.0.2
ip neigh
ip -n b neigh
ip neigh change 10.0.0.2 lladdr 02:00:00:00:00:99 dev v0 nud permanent
ping -c 1 -W 0.5 10.0.0.2
ip -n b -s -s link show v1
ip netns exec b grep ^Ip: /proc/net/snmp
ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0 nud noarp
ip neigh
ip neigh show nud all
ping -c 1 10.0.0.2
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:77 dev v0
ip neigh del 10.0.0.2 dev v0
ip neigh
ping -c 1 10.0.0.2
ip neigh
arp -n
ip -n b neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev v1 nud permanent
ip -n b neigh replace 10.0.0.1 lladdr 02:00:00:00:00:01 dev v1 nud permanent
ip -n b neigh
ip neigh get 10.0.0.2 dev v0
ip neigh del 10.0.0.55 dev v0
