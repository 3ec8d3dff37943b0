#!/bin/bash
# The same tables in several forms. See: one line per device with -o, columns with -br, machine readable with -j (and -p for
# people), details with -d, counters with -s; -4 leaves out what has no IPv4 address; -c is for terminals.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add w0 address 02:00:00:00:00:03 type veth peer name w1 address 02:00:00:00:00:04 netns b
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.0.2/24 dev v0
ip addr add 10.4.0.1/30 dev w0
ip link set v0 up
ip link set v1 up
ip link set w0 up
sleep 1.2
ip -o link
ip -br link
ip -j link
ip -j -p link show v0
ip -d link show v0
ip -s link show lo
ip -s -s link show v0
ip -j -s link show v0
ip -j -d link show w0
ip addr
ip -4 addr
ip -o addr
ip -br addr
ip -4 -br addr
ip -j addr show v0
ip -o -s link show v0
ip route
ip -j route
ip -o route
ip -d route
ip -4 route show dev v0
ip route show 10.4.0.0/30
ip route show proto kernel
ip route show table local
ip -j route show table local
ip route get 10.0.0.77
ip -j route get 10.0.0.77
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev v0
ip -j neigh
ip -s neigh
ip -o neigh
ip -br neigh
ip rule
ip -j rule
ip -V
ip nosuch
ip link nosuch
ip -j -p addr show v0
