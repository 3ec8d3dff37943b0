#!/bin/bash
# Which address IPv6 packets come from. See: scope, prefix, label, what is shunned, and what a route asks for.
ip netns add a
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link add x0 type veth peer name x1
ip -n a link set lo up
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip link add w0 netns a address 02:00:00:00:00:03 type veth peer name w0 netns b address 02:00:00:00:00:04
ip -n b link set v0 up
ip -n b link set w0 up
ip -n a link set v0 up
ip -n a link set w0 up
sleep 2.5
ip -n a addr add 2001:db8:1::1/64 dev v0 nodad
ip -n a addr add 2001:db8:1::ff/64 dev v0 nodad
ip -n a addr add fd00::1/64 dev v0 nodad
ip -n a addr add 2001:db8:2::1/64 dev w0 nodad
ip -n a addr add 2002:a00:1::1/64 dev w0 nodad
ip -n a -6 route get 2001:db8:1::5
ip -n a -6 route get 2001:db8:1::fe
ip -n a -6 route get 2001:db8:2::9
ip -n a -6 route add default via fe80::9 dev v0
ip -n a -6 route get 2001:db8:2:1::9
ip -n a -6 route get fd00:1::1
ip -n a -6 route get 2002:b00::1
ip -n a -6 route get 2a00::1
ip -n a -6 route get ff0e::1
ip -n a -6 route get ff02::1 dev w0
ip -n a -6 route get fe80::5 dev w0
ip -n a -6 route get 2a00::1 from 2001:db8:2::1
ip -n a addr change 2001:db8:1::1/64 dev v0 preferred_lft 0
ip -n a addr change 2001:db8:1::ff/64 dev v0 preferred_lft 0
ip -n a -6 route get 2a00::1
ip -n a -6 route add 2001:db8:7::/48 via fe80::9 dev v0 src 2001:db8:1::1
ip -n a -6 route get 2001:db8:7::1
ip netns exec a sysctl -w net.ipv6.conf.v0.use_oif_addrs_only=1
ip -n a -6 route get 2a00::1
ip -n a addr del 2001:db8:1::1/64 dev v0
ip -n a -6 route
