#!/bin/bash
# Routes of IPv6 as ip(8) takes and shows them. See: metrics of 1024 for users and 256 for the kernel, 'pref medium' at the end of
# each line, rejecting routes at lo, the table of a gateway's route, 'ip -6 route get' with the route itself, filters and complaints.
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip link set v0 up
ip -n b link set v1 up
sleep 2.2
ip addr add 2001:db8::1/64 dev v0 nodad
ip -6 route
ip route add 2001:db8:10::/48 via 2001:db8::2
ip -6 route add 2001:db8:11::/48 via 2001:db8::2 metric 10
ip -6 route add 2001:db8:11::/48 via 2001:db8::3 metric 20 dev v0
ip -6 route add 2001:db8:11::/48 via 2001:db8::3 metric 20 dev v0
ip -6 route add 2001:db8:12::/48 dev v0 mtu 1400
ip -6 route add 2001:db8:13::/48 dev v0 pref high
ip -6 route add 2001:db8:14::/48 dev v0 pref low src 2001:db8::1
ip -6 route add 2001:db8:15::/48 dev v0 expires 100
ip -6 route add 2001:db8:16::/48 dev v0 proto static table 100
ip -6 route add 2001:db8:17::/48 via fe80::2 dev v0
ip -6 route add unreachable 2001:db8:20::/48
ip -6 route add blackhole 2001:db8:21::/48
ip -6 route add prohibit 2001:db8:22::/48
ip -6 route add 2001:db8:23::5/48 dev v0
ip -6 route add default via 2001:db8::9
ip -6 route add default via fe80::2 dev v0 metric 2048
ip -6 route
ip -d -6 route
ip -j -6 route
ip -6 route show table all
ip -6 route show table 100
ip -6 route show table 101
ip -6 route show dev v0
ip -6 route show proto kernel
ip -6 route show default
ip -6 route show via 2001:db8::2
ip -6 route show metric 20
ip -6 route show 2001:db8:11::/48
ip -6 route show root 2001:db8:20::/44
ip -6 route show match 2001:db8:11::1
ip -6 route show type unreachable
ip -6 route get 2001:db8::2
ip -6 route get 2001:db8::1
ip -6 route get ::1
ip -6 route get fe80::2
ip -6 route get fe80::2 dev v0
ip -6 route get ff02::1 dev v0
ip -6 route get 2001:db8:11::1
ip -6 route get 2001:db8:12::1
ip -6 route get 2001:db8:20::1
ip -6 route get 2001:db8:21::1
ip -6 route get 2001:db8:22::1
ip -6 route get 2001:dead::1
ip -6 route get 2001:dead::1 from 2001:db8::1
ip -j -6 route get 2001:db8::2
ip -6 route get 10.0.0.1
ip -6 route add 2001:db8:30::/48 via fe80::1
ip -6 route add 2001:db8:30::/48 via 2001:db8::1
ip -6 route add 2001:db8:30::/48 via 2001:db9::1 dev v0
ip -6 route add 2001:db8:30::/48 pref bogus
ip -6 route add 2001:db8:30::/48 dev nosuch
ip -6 route add 10.0.0.0/8 dev v0
ip -6 route add 2001:db8:30::1 dev v0 src 2001:db8:99::1
ip -6 route change 2001:db8:10::/48 via 2001:db8::3
ip -6 route replace 2001:db8:12::/48 dev v0
ip -6 route change 2001:db8:77::/48 dev v0
ip -6 route del 2001:db8:11::/48 metric 20
ip -6 route del 2001:db8:11::/48
ip -6 route del 2001:db8:11::/48
ip -6 route del default
ip -6 route
ip -s -6 route flush root 2001:db8:20::/44
ip -6 route flush proto boot
ip -6 route flush table 100
ip -6 route show table all
