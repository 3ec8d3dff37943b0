#!/bin/bash
# Groups that a host is in, by ip maddress and /proc/net; files of IPv6 that have a heading only; the policy table of source addresses.
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip -6 maddr
ip link set v0 up
ip -n b link set v1 up
sleep 2.2
ip -6 maddr
ip addr add 2001:db8::1/64 dev v0 nodad
ip addr add 2001:db8::77/64 dev v0 nodad
ip -6 maddr show dev v0
ip -6 maddr show v0
ip -j -6 maddr show dev v0
ip -o -6 maddr
cat /proc/net/igmp6
ip addr del 2001:db8::77/64 dev v0
ip -6 maddr show dev v0
ip link set v0 down
ip -6 maddr show dev v0
cat /proc/net/udp6 /proc/net/raw6 /proc/net/tcp6 /proc/net/mcfilter6 /proc/net/ip6_flowlabel
ip addrlabel
ip -j addrlabel list
ip -6 addrlabel show
ip addrlabel list now
ip maddr foo
ip maddr show dev nosuch
ip -6 maddr show v0 v1
