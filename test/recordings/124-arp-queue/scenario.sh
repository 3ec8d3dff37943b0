#!/bin/bash
# Packets that wait for ARP. See: while nobody answers, echo requests queue up; as soon as the other side is there and answers
# the next request, all leave in order, and their answers come with the waiting time as round trip.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b link set v1 up
ping -c 3 -i 0.3 -W 2 10.0.0.2 &
sleep 0.8
ip neigh
ip -n b addr add 10.0.0.2/24 dev v1
wait
ip neigh
ip -s link show v0
ip neigh flush all
ip neigh
ping -c 1 10.0.0.2
ip -n b neigh
