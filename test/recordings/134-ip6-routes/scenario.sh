#!/bin/bash
# IPv6 routes. See: order of a table, metrics, routers that are none, replacing, deleting and asking for them.
ip netns add a
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link add x0 type veth peer name x1
ip -n a link set lo up
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip -n b link set v0 up
ip -n a link set v0 up
sleep 2.5
ip -n a addr add 2001:db8::1/64 dev v0 nodad
ip -n a -6 route add default via fe80::9
ip -n a -6 route add default via fe80::9 dev v0
ip -n a -6 route add default via 2001:db8::9 metric 5
ip -n a -6 route add 2001:db8:1::/48 via 2001:db8::9
ip -n a -6 route add 2001:db8:1:1::/64 via 2001:db8::9 proto static
ip -n a -6 route add 2001:db8:1:1::5/128 dev v0
ip -n a -6 route add 2001:db8:2::/64 via 2001:ffff::1
ip -n a -6 route add 2001:db8:2::/64 via 2001:db8::1
ip -n a -6 route add 2001:db8:2::/64 via 2001:db8:1::1
ip -n a -6 route add 2001:db8:2::/64 via ::1
ip -n a -6 route add 2001:db8:2::/64 via ff02::1 dev v0
ip -n a -6 route add 2001:db8:2::/64 dev lo via fe80::9
ip -n a -6 route add 2001:db8:2::/64 via 2001:db8:77::1 dev v0 onlink
ip -n a -6 route add 2001:db8:3::/64 dev v0 src 2001:db8::1
ip -n a -6 route add 2001:db8:3:1::/64 dev v0 src 2001:db8::77
ip -n a -6 route add 2001:db8:4::/64 dev v0 mtu 1400
ip -n a -6 route add 2001:db8:5::/64 dev v0 table 100
ip -n a -6 route add unreachable 2001:db8:6::/64
ip -n a -6 route add prohibit 2001:db8:7::/64 metric 7
ip -n a -6 route add blackhole 2001:db8:8::/64
ip -n a -6 route
ip -n a -6 route show table all
ip -n a -6 route show table 100
ip -n a -6 route show table 101
ip -n a -6 route add 2001:db8:3::/64 dev v0
ip -n a -6 route replace 2001:db8:3::/64 via 2001:db8::8
ip -n a -6 route change 2001:db8:99::/64 via 2001:db8::8
ip -n a -6 route replace 2001:db8:4::/64 dev v0
ip -n a -6 route get 2001:db8::5
ip -n a -6 route get 2001:db8:1:1::7
ip -n a -6 route get 2001:db8:1:1::5
ip -n a -6 route get 2001:db8:6::1
ip -n a -6 route get 2001:db8:7::1
ip -n a -6 route get 2001:db8:8::1
ip -n a -6 route get 2001:db8::1
ip -n a -6 route get ::1
ip -n a -6 route get fe80::5
ip -n a -6 route get fe80::5 dev v0
ip -n a -6 route get ff02::1 dev v0
ip -n a -6 route get 2a00::1
ip -n a -6 route del 2001:db8:1::/48
ip -n a -6 route del 2001:db8:98::/64
ip -n a -6 route del unreachable 2001:db8:6::/64
ip -n a -6 route del default via fe80::9 dev v0
ip -n a -6 route
ip -n a link set v0 down
ip -n a -6 route show table all
