#!/bin/bash
# IPv6 addresses. See: their order, flags, peers, lifetimes and metrics, changes and mistakes, and the routes that come and go with them.
ip netns add a
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link add x0 type veth peer name x1
ip -n a link set lo up
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip -n b link set v0 up
ip -n a addr add 2001:db8:a::1/64 dev v0
ip -n a -6 addr
ip -n a link set v0 up
sleep 2.5
ip -n a addr add 2001:db8:b::1/64 dev v0 nodad
ip -n a addr add 2001:db8:c::1/64 dev v0 nodad noprefixroute
ip -n a addr add 2001:db8:d::1/128 dev v0 nodad
ip -n a addr add 2001:db8:e::1 peer 2001:db8:e::2 dev v0 nodad
ip -n a addr add 2001:db8:f::1/48 dev v0 nodad metric 77
ip -n a addr add 2001:db8:10::1/64 dev v0 nodad home
ip -n a addr add 2001:db8:11::1/64 dev v0 nodad valid_lft 1000 preferred_lft 500
ip -n a addr add 2001:db8:12::1/64 dev v0 nodad preferred_lft 0
ip -n a addr add fe80::77/64 dev v0 nodad
ip -n a addr add fec0::1/64 dev v0 nodad
ip -n a addr add ::1/128 dev v0
ip -n a addr add 2001:db8::5/64 dev lo
ip -n a -6 addr
ip -n a -6 route show table all
ip -n a addr add 2001:db8:b::1/64 dev v0
ip -n a addr add 2001:db8:b::1/80 dev v0
ip -n a addr add ff02::5/64 dev v0
ip -n a addr add ::/64 dev v0
ip -n a addr add 2001:db8:13::1/64 dev v0 valid_lft 10 preferred_lft 20
ip -n a addr del 2001:db8:99::1/64 dev v0
ip -n a addr del 2001:db8:b::1/80 dev v0
ip -n a addr change 2001:db8:b::1/64 dev v0 valid_lft 900 preferred_lft 800
ip -n a addr replace 2001:db8:c::1/64 dev v0
ip -n a addr change 2001:db8:10::1/64 dev v0 noprefixroute
ip -n a -6 addr show dev v0
ip -n a -6 route
ip -n a addr change 2001:db8:b::1/64 dev v0 valid_lft forever preferred_lft forever
ip -n a addr add 2001:db8:d::2/128 dev v0 nodad
ip -n a addr add 2001:db8:a::2/64 dev v0 nodad
ip -n a addr del 2001:db8:a::1/64 dev v0
ip -n a -6 route
ip -n a addr del 2001:db8:a::2/64 dev v0
ip -n a addr del 2001:db8:e::1/128 dev v0
ip -n a addr del fe80::77/64 dev v0
ip -n a -6 route show table all
ip -n a addr flush dev v0 scope global
ip -n a -6 addr
ip -n a -6 route show table all
ip -n b addr add 2001:db8::1/64 dev v0
ip -n b -6 addr
