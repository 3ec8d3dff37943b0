#!/bin/bash
# What ping is told to do. See: how many and how often, how large, how long to wait; -q prints the summary only; the exit status
# is 0 with an answer, 1 without, 2 on mistakes; small packets have no room for the time and hence no rtt line.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b link set v1 up
ip neigh add 10.0.0.66 lladdr 02:00:00:00:00:66 dev v0
ping -c 1 10.0.0.2
ping -c 3 -i 0.3 -q 10.0.0.2
ping -c 1 -s 0 10.0.0.2
ping -c 1 -s 15 10.0.0.2
ping -c 1 -s 16 10.0.0.2
ping -c 1 -s 1472 10.0.0.2
ping -c 1 -t 1 10.0.0.2
ping -c 1 -p ff00aa 10.0.0.2
ping -n -c 1 10.0.0.2
ping -c 1 -W 0.5 10.0.0.66
ping -c 2 -i 0.4 -W 0.5 -q 10.0.0.66
ping -c 3 -i 0.3 -W 0.5 -O 10.0.0.66
ping -w 1 -i 0.4 -q 10.0.0.2
ping -c 0 10.0.0.2
ping -c 1 -W -1 10.0.0.2
ping -c 1 -Q 0x10 10.0.0.2
ping
ping -c 1
