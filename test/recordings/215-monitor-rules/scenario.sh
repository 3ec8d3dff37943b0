#!/bin/bash
# Monitors of routes, addresses and rules. See: rules added, refused and flushed, a route replaced and appended, an address that expires, one that
# takes its secondary along and one whose secondary is promoted, several next hops, what goes down without a word and comes back with one.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v1 up
ip monitor route address rule label > m1 &
P=$!
sleep 0.2
ip rule add from 1.2.3.4 table 5 prio 100
ip rule add from 1.2.3.4 table 5 prio 100
ip rule add to 10.0.0.0/8 iif v0 fwmark 5 goto 200
ip rule add prio 200 blackhole
ip rule del prio 100
ip rule del prio 200
ip rule del goto 200
ip route add blackhole 10.1.0.0/16
ip route replace blackhole 10.1.0.0/16 metric 0
ip route flush table all
ip link set lo up
ip route add 10.1.0.0/16 dev lo
ip route replace 10.1.0.0/16 dev lo proto static
ip route append 10.1.0.0/16 dev lo proto boot scope host
ip route flush 10.1.0.0/16
ip addr add 10.0.0.1/24 dev lo valid_lft 2 preferred_lft 1
sleep 3
ip addr add 10.0.0.2/24 dev lo label lo:1
ip addr add 10.0.0.3/24 dev lo
ip addr del 10.0.0.2/24 dev lo
sysctl -qw net.ipv4.conf.all.promote_secondaries=1
ip link set v0 up
sleep 0.2
ip addr add 10.2.0.1/24 dev v0
ip addr add 10.2.0.2/24 dev v0
ip addr add 10.2.0.3/24 dev v0
ip route add default via 10.2.0.9 src 10.2.0.2
ip addr del 10.2.0.1/24 dev v0
ip addr del 10.2.0.2/24 dev v0
ip route add 10.5.0.0/16 nexthop via 10.2.0.7 nexthop via 10.2.0.8 weight 3
ip route change 10.5.0.0/16 via 10.2.0.7 mtu 1400
ip link set v0 down
ip link set v0 up
ip link set lo down
sleep 0.2
kill $P
cat m1
