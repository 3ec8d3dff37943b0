#!/bin/bash
# Addresses of IPv6 as ip(8) takes and shows them. See: the newest global one stands first, link-local ones last; nodad, dynamic,
# deprecated and noprefixroute; 'ip -6 addr' asks IPv6 for the devices, which tells neither queueing discipline nor group; filters.
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip link set v0 up
ip -n b link set v1 up
sleep 2.2
ip addr show v0
ip addr add 2001:db8::1/64 dev v0 nodad
ip addr add 2001:db8::2/64 dev v0 nodad valid_lft 1000 preferred_lft 500
ip addr add 2001:db8::3/64 dev v0 nodad valid_lft 1000 preferred_lft 0
ip addr add 2001:db8:1::1/64 dev v0 nodad noprefixroute
ip addr add 2001:db8:2::1 dev v0 nodad
ip addr add 2001:db8:3::1 peer 2001:db8:3::2/128 dev v0 nodad
ip addr add 2001:db8:4::1/64 dev v0 nodad metric 300
ip addr add fec0::1/64 dev v0 nodad
ip addr add ::10.0.0.1/128 dev v0 nodad
ip addr show v0
ip -6 addr show dev v0
ip -6 addr
ip -br addr
ip -br -6 addr show v0
ip -o -6 addr show dev v0
ip -j -6 addr show dev v0
ip -d -6 addr
ip -6 addr show scope link
ip -6 addr show scope global deprecated
ip -6 addr show dynamic
ip -6 addr show -deprecated to 2001:db8::/64
ip -6 addr show nodad dev v0 to 2001:db8:1::/48
ip -6 addr show permanent scope site
ip -6 addr show tentative
ip addr show to fe80::/10
ip -6 route
ip -6 route show table local
ip addr add 2001:db8::1/64 dev v0
ip addr add ::1/128 dev v0
ip addr add ff02::1/64 dev v0
ip addr add ::/64 dev v0
ip addr add 2001:db8::9/129 dev v0
ip addr add 2001:db8::g/64 dev v0
ip -4 addr add 2001:db8::9/64 dev v0
ip -6 addr add 10.0.0.1/24 dev v0
ip addr add 2001:db8::9/64 dev nosuch
ip addr add 2001:db8::9/64 dev v0 valid_lft 10 preferred_lft 20
ip addr change 2001:db8::1/64 dev v0 preferred_lft 0
ip addr replace 2001:db8:5::1/64 dev v0 nodad
ip -6 addr show dev v0 to 2001:db8::/64
ip addr del 2001:db8::1 dev v0
ip addr del 2001:db8::1/64 dev v0
ip addr del 2001:db8::1/64 dev v0
ip -s -6 addr flush dev v0 scope global
ip -6 addr show v0
ip -6 addr flush dev v0
ip addr show v0
ip -6 route show table all
