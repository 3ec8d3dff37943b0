#!/bin/bash
# Settings that act: echo replies under icmp_ratemask and icmp_ratelimit, ip_default_ttl, icmp_echo_ignore_all, each in its own
# namespace.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 brd + dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 brd + dev v1
ip -n b link set v1 up
ip netns exec b sysctl -w net.ipv4.icmp_ratemask=6169
ping -q -c 8 -i 0.1 -W 0.5 10.0.0.2
ip netns exec b sysctl -w net.ipv4.icmp_ratelimit=0
ping -q -c 8 -i 0.1 -W 0.5 10.0.0.2
ip netns exec b sysctl -w net.ipv4.icmp_ratemask=6168
ip netns exec b sysctl -w net.ipv4.ip_default_ttl=33
ping -c 1 10.0.0.2
sysctl net.ipv4.ip_default_ttl
ip netns exec b ping -c 1 10.0.0.1
ip netns exec b sysctl -w net.ipv4.icmp_echo_ignore_all=1
ping -c 1 -W 0.5 10.0.0.2
ip netns exec b ping -c 1 10.0.0.1
ip netns exec b sysctl -w net.ipv4.icmp_ratelimit=1000 net.ipv4.icmp_echo_ignore_all=0
cat /proc/net/snmp | grep ^Ip:
ip netns exec b cat /proc/net/snmp | grep ^Ip:
ip netns exec b nstat -as
