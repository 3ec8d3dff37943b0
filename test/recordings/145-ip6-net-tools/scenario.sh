#!/bin/bash
# IPv6 in ifconfig and route, and the files that they read. See: inet6 lines with their scopes, add and del with prefix lengths,
# routes of metric 1, the two entries at the end of the tables that stand for no default route.
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
route -6 -n
cat /proc/net/ipv6_route
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip link set v0 up
ip -n b link set v1 up
sleep 2.2
ifconfig v0
ifconfig v0 inet6 add 2001:db8::1/64
ifconfig v0 add 2001:db8:1::1/64
ifconfig v0 inet6 add fec0::1/64
ifconfig v0 inet6 add 2001:db8:2::1
ifconfig v0 | head -6
cat /proc/net/if_inet6
ifconfig v0 inet6 add 2001:db8::1/64
ifconfig v0 inet6 del 2001:db8:1::1/64
ifconfig v0 inet6 del 2001:db8:1::1/64
ifconfig v0 inet6 add ::1/128
ifconfig v0 inet6 add bogus
ifconfig v0 inet6 add 10.0.0.1/24
ifconfig v0 inet6 2001:db8:9::1
ifconfig v0 inet6 2001:db8:9::1/64
ifconfig nosuch inet6 add 2001:db8:9::1/64
ip -6 addr show v0
route -6 add 2001:db8:20::/48 dev v0
route -A inet6 add 2001:db8:21::/48 gw 2001:db8::3
route -6 add 2001:db8:21::/48 gw 2001:db8::3 metric 5
route -6 add 2001:db8:22::1 v0
route -6 add default gw fe80::1 dev v0
route -6 add 2001:db8:20::/48 dev v0
route -6 add default gw fe80::1
route -6 add 2001:db8:23::/48
route -6 add bogus v0
route -6 add 10.0.0.0/8 v0
route -6 add 2001:db8:24::/129 v0
route -6 add 2001:db8:25::/48 dev nosuch
route -6 -n
route -6
ip -6 route
cat /proc/net/ipv6_route
route -6 del 2001:db8:21::/48
route -6 del 2001:db8:21::/48
route -6 del default
route -6 flush
ip -6 route
ip link set v0 down
ifconfig v0 | head -3
route -6 -n
