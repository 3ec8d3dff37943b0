#!/bin/bash
# ping over IPv6. See: destinations with and without a scope, sources by device and address, groups that all answer (the own host
# first), sizes, what is refused before anything is sent and in which words.
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip -n b link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip link set v0 up
ip -n b link set v1 up
sleep 2.2
ip addr add 2001:db8::1/64 dev v0 nodad
ip -n b addr add 2001:db8::2/64 dev v1 nodad
ping -c 1 2001:db8::2
ping -6 -c 2 -i 0.3 2001:db8::2
ping6 -c 1 -q 2001:db8::2
ping -c 1 2001:db8::1
ping -c 1 ::1
ping -c 1 fe80::ff:fe00:2%v0
ping -c 1 fe80::ff:fe00:2
ping -c 1 fe80::ff:fe00:1%v0
ping -c 1 -I v0 2001:db8::2
ping -c 1 -I 2001:db8::1 2001:db8::2
ping -c 1 -I v0 fe80::ff:fe00:2
ping -c 1 -I fe80::ff:fe00:1%v0 2001:db8::2
ping -c 2 -i 0.3 ff02::1%v0
ping -c 1 -L ff02::1%v0
ping -c 1 -W 0.5 ff02::2%v0
ping -c 1 -s 0 2001:db8::2
ping -c 1 -s 16 2001:db8::2
ping -c 1 -p ff 2001:db8::2
ping -c 1 -v -e 77 2001:db8::2
ping -c 1 -n -F 0x123 2001:db8::2
ping -c 3 -f -q 2001:db8::2
ping -4 ::1
ping -6 127.0.0.1
ping -c 1 2001:db8::g
ping -c 1 fe80::2%nosuch
ping -c 1 2001:db9::1
ping -c 1 -I nosuch 2001:db8::2
ping -c 1 -I 2001:db8::77 2001:db8::2
ping -c 1 -I lo 2001:db8::2
ping -c 1 -I fe80::ff:fe00:1 fe80::ff:fe00:2
ping6 -c 1 127.0.0.1
ping6
ip -6 neigh
ip -n b -6 neigh
