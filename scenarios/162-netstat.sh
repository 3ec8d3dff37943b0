#!/bin/bash
# netstat: routes in its three forms, interfaces with aliases, groups, counters in words, and the heads of socket tables.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 brd + dev v0
ip addr add 10.0.0.9/24 dev v0 label v0:1
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b link set v1 up
ip route add 10.5.0.0/16 via 10.0.0.2
ip route add 10.6.0.1 dev v0 mtu 900
ip route add unreachable 10.7.0.0/16
ping -c 1 10.0.0.2
ping -c 1 -s 2000 10.0.0.2
ping -c 1 10.5.0.1 -W 0.5
netstat -rn
netstat -rne
netstat -rnee
netstat -i
netstat -ia
netstat -ie
netstat -s
netstat -sw
netstat -su
netstat -st
netstat -n
netstat -an
netstat -tuln
netstat -x
netstat -M
netstat -z
netstat -V
ip netns exec b netstat -s
