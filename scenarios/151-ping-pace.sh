#!/bin/bash
# When ping sends. See: waits that are left to the socket end on a kernel timer, up to an eighth late; -l sends a
# train, and again as soon as the whole train was answered; -w counts what was sent by then.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link set lo up
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 brd + dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 brd + dev v1
ip -n b addr add 10.0.0.3/24 brd + dev v1
ip -n b link set v1 up
ip neigh add 10.0.0.66 lladdr 02:00:00:00:00:66 dev v0
sleep 0.1
ping -q -w 3 -i 0.3 10.0.0.66
ping -q -w 2 -i 0.2 10.0.0.2
timeout -s INT 2.2 ping -q -i 0.3 10.0.0.66
ping -c 5 -l 3 -f 10.0.0.2
ping -c 7 -l 5 -i 0.2 10.0.0.2
ping -q -c 4 -l 4 -W 0.5 10.0.0.66
ping -q -A -c 20 10.0.0.2
ping -q -f -c 20 10.0.0.2
ping -c 3 -f -i 0.2 10.0.0.2
ping -O -c 3 -i 0.3 -W 0.5 10.0.0.66
ping -l 65536 -i 40 -c 1 10.0.0.2
nstat -as
