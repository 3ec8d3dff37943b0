#!/bin/bash
# Two namespaces joined by a veth pair: made, addressed, pinged, looked at and taken down.
# See: each side learns the other's MAC address from one ARP exchange; both ends count the same frames; deleting one end takes
# the other with it, and then nothing is reachable any more.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add blue
ip netns exec blue sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add red
ip netns exec red sysctl -qw net.ipv6.conf.all.disable_ipv6=1

ip link add v0 type veth peer name v1
ip link set v0 netns blue
ip link set v1 netns red
ip -n blue addr add 10.0.0.1/24 dev v0
ip -n red addr add 10.0.0.2/24 dev v1
ip -n blue link set v0 up
ip -n red link set v1 up
ip -n blue -br addr
ip -n red -br addr

ip netns exec blue ping -c 4 10.0.0.2
ip netns exec blue ip neigh
ip netns exec red arp -n
ip -n blue route
ip -n blue -s link show v0
ip -n red -s link show v1

ip -n blue link del v0
ip -n red link
ip netns exec red ping -c 1 10.0.0.1
ip netns del blue
ip netns del red
ip netns list
ip -br link
