#!/bin/bash
# What one system call sends, frame by frame: each has all its consequences before the next leaves. See: fragments through a router,
# the host's own copy of a broadcast and of what goes to a group, packets that waited for a neighbour until somebody gave its address.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add r
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.icmp_echo_ignore_broadcasts=0
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.icmp_echo_ignore_broadcasts=0 net.ipv4.ip_forward=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link add a0 address 02:00:00:00:00:0a type veth peer name r0 address 02:00:00:00:00:a0 netns r
ip -n r link add r1 address 02:00:00:00:00:b0 type veth peer name b0 address 02:00:00:00:00:0b netns b
ip -n a link set lo up
ip -n a addr add 10.0.0.1/24 brd + dev a0
ip -n r addr add 10.0.0.254/24 brd + dev r0
ip -n r addr add 10.0.1.254/24 dev r1
ip -n b addr add 10.0.1.1/24 dev b0
ip -n a link set a0 up
ip -n r link set r0 up
ip -n r link set r1 up
ip -n b link set b0 up
sleep 1.2
ip -n a route add default via 10.0.0.254
ip -n b route add default via 10.0.1.254
ip netns exec a ping -c 1 -s 4000 10.0.1.1
ip netns exec a ping -c 1 -s 4000 10.0.1.1
ip netns exec b udpsend 10.0.0.1 9 1 5000
ip netns exec a ping -c 1 -s 3000 10.0.0.1
ip netns exec a ping -b -c 1 -W 0.4 10.0.0.255
ip netns exec a ping -b -c 1 -s 2000 -W 0.4 10.0.0.255
ip netns exec a ping -c 1 -W 0.4 -I a0 224.0.0.1
ip netns exec r sysctl -w net.ipv4.conf.r0.arp_ignore=8
ip -n a neigh flush all
ip netns exec a ping -c 3 -i 0.2 -W 2 10.0.0.254 &
sleep 1.5
ip -n a neigh replace 10.0.0.254 lladdr 02:00:00:00:00:a0 dev a0
wait
ip netns exec a nstat -asz IpFragOKs IpFragCreates IpReasmOKs
