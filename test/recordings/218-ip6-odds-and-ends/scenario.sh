#!/bin/bash
# Corners of IPv6. See: a default route that is not there cannot be deleted for one reason or another; "fibmatch" shows the route as it
# stands in the table; anycast addresses of a router; what a device without carrier drops counts as discarded and not as a report.
sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link show v0
for how in "" "src 2001:db8::1" onlink "proto static" "proto kernel" "metric 1024" "metric 4294967295" "dev lo" "via fe80::1" "via fe80::1 dev lo" "table 100" "table local"; do echo "== $how"; ip -6 route del default $how; done
ip -6 route del unreachable default
ip -6 route del 2001:db8::/32
ip addr add 2001:db8:1::4/64 scope link dev lo
ip -6 route get 2001:db8:1::2 dev lo fibmatch
ip addr add fd00::1/64 brd + dev lo
ip addr add fd00::2/64 brd - dev nosuch
ip addr del fd00::7/64 brd + dev lo
ip addr add fe80::5/64 dev v0
ip addr add 2001:db8:2::5/64 dev v0
ip link set v0 up
sleep 2.5
cat /proc/net/snmp6
nstat -as
ip -s link show v0
ip link set v1 up
sleep 1.2
sysctl -qw net.ipv6.conf.v0.forwarding=1
sleep 0.3
ip addr add 2001:db8:1::5/64 dev v0
ip addr add 2001:db8:1::6/64 dev v0
ip addr add 2001:db8:3::5/127 dev v0
cat /proc/net/anycast6
ip addr del 2001:db8:1::5/64 dev v0
cat /proc/net/anycast6
ip -6 route add default via 2001:db8:1::9 dev v0 metric 5 mtu 1400
ip -6 route add unreachable 2001:db8:6::/48
for what in 2001:db8:2::2 2001:db8:1::6 2001:db8:1:: ff02::1 "fe80::1 oif v0" 2001:db8:6::1 2001:db8:7::1 "2001:db8:7::1 oif v1" "2001:db8:7::1 from 2001:db8:5::5 iif v1"; do echo "== $what"; ip -6 route get fibmatch $what; ip -d -j -6 route get fibmatch $what; done
ip -6 route get fibmatch connected 2001:db8:7::1
ip -6 route add 2001:db8:7::/48 dev lo
ip -6 route add local 2001:db8:8::/48 dev lo
ip -6 route add 2001:db8:52::/48 via 2001:db8:9::1 table 100
ip -6 route add 2001:db8:53::/48 via 2001:db8:7::1
cat /proc/net/ipv6_route
route -A inet6 -n
ping -c 1 -s 8 -p 0a1b 2001:db8:1::4
ping -c 1 -s 8 -p 0a 2001:db8:1::4
ip -6 route del default metric 6
ip -6 route del default proto static
ip -6 route del default dev v1
ip -6 route del default
ip -6 route del default
