#!/bin/bash
# Pings to all and to groups: -b, who answers, -L, duplicates, time to live, no fragments;
# -I with a device, an address, and the loopback for what is not there.
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
ping -c 1 -W 0.5 10.0.0.255
ping -b -c 1 -W 0.5 10.0.0.255
ip netns exec b sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0
ping -b -c 2 -i 0.3 -W 0.5 10.0.0.255
ping -b -v -c 2 -i 0.3 -W 0.5 10.0.0.255
ping -b -c 1 -W 0.5 -I v0 255.255.255.255
ping -c 1 -W 0.5 224.0.0.1
ping -c 1 -W 0.5 -I v0 224.0.0.1
ping -c 1 -W 0.5 -L -I v0 224.0.0.1
ping -c 1 -W 0.5 -t 5 -I 10.0.0.1 224.0.0.1
ping -c 1 -W 0.5 -I v0 224.0.0.9
ping -I nosuch -c 1 224.0.0.1
ping -b -c 1 -s 2000 10.0.0.255
ping -b -f -c 3 -W 0.5 10.0.0.255
ping -b -c 1 -W 0.5 127.255.255.255
ping -b -c 1 -W 0.5 -I lo 10.0.0.255
ping -c 1 -W 0.5 -I lo 10.0.0.2
ping -c 1 -W 0.5 -I lo 10.0.0.1
ping -c 1 -W 0.5 -I v0 10.0.0.1
ping -c 1 -W 0.5 -I lo 127.0.0.1
ping -c 1 -W 0.5 -I 127.0.0.1 10.0.0.2
ping -c 1 -r -W 0.5 10.0.0.2
ip route add default via 10.0.0.2
ping -c 1 -r -W 0.5 8.8.8.8
nstat -as
