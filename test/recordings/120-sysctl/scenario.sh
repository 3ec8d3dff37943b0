#!/bin/bash
# Kernel settings of a namespace. See: each namespace has its own; sysctl -w prints what it set, -q does not, -n prints the bare
# value; "all" is not copied to devices; files under /proc/sys are the same settings.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
sysctl net.ipv4.ip_forward
sysctl -w net.ipv4.ip_forward=1
sysctl net.ipv4.conf.v0.forwarding net.ipv4.conf.all.forwarding net.ipv4.conf.default.forwarding
ip netns exec b sysctl net.ipv4.ip_forward
sysctl -n net.ipv4.ip_default_ttl
sysctl -qw net.ipv4.ip_default_ttl=32
sysctl -w net.ipv4.conf.all.accept_local=1
sysctl net.ipv4.conf.v0.accept_local
sysctl -w net.ipv4.conf.v0.rp_filter=2
cat /proc/sys/net/ipv4/conf/v0/rp_filter
echo 1 > /proc/sys/net/ipv4/conf/v0/rp_filter
sysctl net.ipv4.conf.v0.rp_filter
sysctl net.ipv4.conf.v1.rp_filter
ip netns exec b sysctl net.ipv4.conf.v1.rp_filter
sysctl net.ipv4.neigh.v0.delay_first_probe_time net.ipv4.neigh.default.gc_stale_time
sysctl -w net.ipv4.neigh.v0.mcast_solicit=1
sysctl net.ipv4.nosuch
sysctl -w net.ipv4.nosuch=1
sysctl -w net.ipv4.ip_forward
sysctl -w net.ipv4.ip_forward=maybe
sysctl net/ipv4/ip_forward
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b link set v1 up
ip netns exec b ping -c 1 10.0.0.1
ping -c 1 10.0.0.2
ping -c 1 -W 2.6 10.0.0.9
ip neigh
sysctl -w net.ipv4.icmp_echo_ignore_all=1
ip netns exec b ping -c 1 -W 0.5 10.0.0.1
