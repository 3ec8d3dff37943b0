#!/bin/bash
# A wire whose other end is down. See: each ARP request counts as TX dropped at the sender and nowhere else; with the neighbour
# set by hand the echo requests themselves are dropped; once the peer is up again, everything passes.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add spare0 address 02:00:00:00:00:f0 type veth peer name spare1 address 02:00:00:00:00:f1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v1 netns b
ip addr add 10.0.0.1/24 dev v0
ip -n b addr add 10.0.0.2/24 dev v1
ip link set v0 up
sleep 0.2
ip -br link show v0
ping -c 1 -W 1.5 10.0.0.2
ip -s link show v0
ip -n b -s link show v1
ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0 nud permanent
ping -c 2 -i 0.4 -W 1.5 10.0.0.2
ip -s link show v0
ip -n b -s link show v1
ip -n b link set v1 up
sleep 0.2
ip -br link show v0
ping -c 2 -i 0.4 -W 1.5 10.0.0.2
ip -s link show v0
ip -n b -s link show v1
