#!/bin/bash
# several next hops: listing, deleting, replacing, dead and linkdown ones, errors
for n in a b c; do ip netns add $n; ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -n $n link set lo up; done
ip -n a link add e1 index 11 address 02:00:00:00:00:0a type veth peer name eth0 index 21 address 02:00:00:00:00:0b netns b
ip -n a link add e2 index 12 address 02:00:00:00:00:1a type veth peer name eth0 index 22 address 02:00:00:00:00:0c netns c
ip -n a addr add 10.0.1.1/24 dev e1
ip -n a addr add 10.0.2.1/24 dev e2
ip -n b addr add 10.0.1.2/24 dev eth0
ip -n c addr add 10.0.2.2/24 dev eth0
for x in "a e1" "a e2" "b eth0" "c eth0"; do set -- $x; ip -n $1 link set $2 up; done
ip -n b addr add 10.9.0.1/32 dev lo; ip -n c addr add 10.9.0.1/32 dev lo
ip -n a route add 10.9.0.0/24 nexthop via 10.0.1.2 weight 1 nexthop via 10.0.2.2 weight 1
ip -n a route add 10.8.0.0/24 nexthop via 10.0.1.2 dev e1 nexthop dev e2
ip -n a route
ip -n a route show via 10.0.2.2; ip -n a route show dev e2; ip -n a -o route; ip -n a -j -p route show 10.9.0.0/24
ip -n a route get 10.9.0.1 from 10.0.1.1
ip -n a route get 10.9.0.1 from 10.0.2.1
ip -n a route get 10.9.0.1 oif e1
ip -n a route get 10.9.0.1 oif e2
ip netns exec a ping -c 1 -W 1 -I 10.0.2.1 10.9.0.1
ip netns exec a ping -c 1 -W 1 -I 10.0.1.1 10.9.0.1
ip -n a route add 10.9.0.0/24 nexthop via 10.0.1.2 nexthop via 10.0.2.2
ip -n a route add 10.9.0.0/24 via 10.0.1.2
ip -n a route append 10.9.0.0/24 via 10.0.1.2
ip -n a route prepend 10.9.0.0/24 via 10.0.2.2
ip -n a route
ip -n a route del 10.9.0.0/24 via 10.0.2.2
ip -n a route del 10.9.0.0/24 nexthop via 10.0.1.2 nexthop via 10.0.2.2
ip -n a route
ip -n a route replace 10.9.0.0/24 nexthop via 10.0.1.2 weight 5 nexthop via 10.0.2.2 weight 7
ip -n c link set eth0 down
sleep 0.1
ip -n a route
ip -n a route get 10.0.2.9
ip netns exec a sysctl -w net.ipv4.conf.e2.ignore_routes_with_linkdown=1
ip -n a route; ip -n a -j route
ip -n a route get 10.0.2.9
ip -n a route get 10.0.2.2 oif e2
ip -n a link set e2 down
ip -n a route; ip -n a route show table local
ip -n a route get 10.8.0.1
ip -n a link set e2 up
ip -n a route
ip -n c link set eth0 up
sleep 0.1
ip -n a route
ip -n a link set e1 down
ip -n a route
ip -n a link set e2 down
ip -n a route
ip -n a link set e1 up; ip -n a link set e2 up
ip -n a route
ip -n a route add 10.9.0.0/24 nexthop via 10.0.1.2 nexthop via 10.0.2.2
ip -n a addr del 10.0.2.1/24 dev e2
ip -n a route
ip -n a addr add 10.0.2.1/24 dev e2
ip -n a route
ip -n a route add 10.9.0.0/24 nexthop via 10.0.1.2 nexthop via 10.0.2.2
ip -n a route replace 10.9.0.0/24 nexthop via 10.0.1.2 nexthop via 10.0.2.2
ip -n a link del e2
ip -n a route
ip -n a route add 10.9.1.0/24 nexthop via 10.0.1.2 dev nosuch
ip -n a route add 10.9.1.0/24 nexthop via 10.0.1.2 weight 0
ip -n a route add 10.9.1.0/24 nexthop via 10.0.1.2 weight 257
ip -n a route add 10.9.1.0/24 nexthop via 10.99.1.2
ip -n a route add 10.9.1.0/24 nexthop
ip -n a route add 10.9.1.0/24 nexthop via 10.0.1.2 foo
ip -n a route add 10.9.1.0/24 dev lo nexthop via 10.0.1.2
ip -n a route add 10.9.1.0/24 via 10.0.1.3 nexthop via 10.0.1.2
ip -n a route add blackhole 10.9.1.0/24 nexthop via 10.0.1.2
ip -n a route add 10.9.1.0/24 scope host nexthop via 10.0.1.2 nexthop dev e1
ip -n a route add 10.9.1.0/24 scope link nexthop dev e1 nexthop dev e1
ip -n a route; ip netns exec a route -n; ip netns exec a cat /proc/net/route
