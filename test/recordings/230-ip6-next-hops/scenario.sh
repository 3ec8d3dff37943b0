#!/bin/bash
# Several next hops of IPv6 routes, and routes for some sources only: adding, appending, replacing, deleting; a device that goes down and up; what listeners hear.
for n in h g; do ip netns add $n; ip -n $n link set lo up; done
ip link add u1 netns h address 02:00:00:00:01:01 type veth peer name e1 netns g address 02:00:00:00:01:02
ip link add u2 netns h address 02:00:00:00:02:01 type veth peer name e2 netns g address 02:00:00:00:02:02
ip -n h addr add 2001:db8:1::1/64 dev u1 nodad; ip -n g addr add 2001:db8:1::2/64 dev e1 nodad
ip -n h addr add 2001:db8:2::1/64 dev u2 nodad; ip -n g addr add 2001:db8:2::2/64 dev e2 nodad
ip -n g addr add 2001:db8:99::1/128 dev lo
for d in u1 u2; do ip -n h link set $d up; done
for d in e1 e2; do ip -n g link set $d up; done
sleep 3.4
ip -n h monitor route > /tmp/routes.txt &
M=$!
sleep 0.3
ip -n h -6 route add 2001:db8:99::/48 nexthop via 2001:db8:1::2 dev u1 weight 1 nexthop via 2001:db8:2::2 dev u2 weight 2
ip -n h -6 route show 2001:db8:99::/48
ip netns exec h ping -c 2 -i 0.2 2001:db8:99::1
ip -n h link set u1 down
sleep 0.2
ip -n h -6 route
ip netns exec h ping -c 1 2001:db8:99::1
ip -n h link set u1 up
sleep 1.5
ip -n h -6 route
ip -n h -6 route del 2001:db8:99::/48 nexthop via 2001:db8:1::2 dev u1
ip -n h -6 route show 2001:db8:99::/48
ip -n h -6 route append 2001:db8:99::/48 via 2001:db8:2::3
ip -n h -6 route show 2001:db8:99::/48
ip -n h -6 route replace 2001:db8:99::/48 via 2001:db8:2::4
ip -n h -6 route show 2001:db8:99::/48
ip -n h -6 route replace 2001:db8:99::/48 nexthop via 2001:db8:2::5 nexthop via 2001:db8:2::6 weight 10
ip -n h -6 route show 2001:db8:99::/48
ip -n h -6 route add 2001:db8:99::/48 nexthop via 2001:db8:2::5 nexthop via 2001:db8:2::7
ip -n h -6 route add 2001:db8:98::/48 nexthop via 2001:db8:2::5 nexthop dev u2
ip -n h -6 route add 2001:db8:98::/48 nexthop via 2001:db8:2::5 nexthop via 2001:db8:2::5
ip -n h -6 route add 2001:db8:98::/48 nexthop via 2001:db8:7::5 nexthop via 2001:db8:2::5
ip -n h -6 route add 2001:db8:98::/48 metric 7 nexthop via 2001:db8:2::5 nexthop via fe80::1 dev u2
ip -n h -6 route add 2001:db8:98::/48 via 2001:db8:2::9 metric 8
ip -n h -6 route
ip -n h -6 route show via 2001:db8:2::5
ip -n h -6 route show dev u2
ip -n h -d -6 route show 2001:db8:98::/48
ip netns exec h cat /proc/net/ipv6_route | awk '{print $1,$2,$5,$6,$9,$10}'
ip netns exec h route -6 -n | awk '{print $1,$2,$3,$4,$7}'
ip -n h -6 route del 2001:db8:98::/48
ip -n h -6 route del 2001:db8:98::/48
ip -n h -6 route del 2001:db8:98::/48
ip -n h -6 route flush 2001:db8:99::/48
ip -n h -6 route
ip -n h link set u2 down
sleep 0.2
kill $M; wait
cat /tmp/routes.txt
ip -n h link set u2 up
ip -n h addr add 2001:db8:2::1/64 dev u2 nodad
sleep 1.2
ip -n h -6 route add default from 2001:db8:1::/64 via 2001:db8:1::2
ip -n h -6 route add default via 2001:db8:2::2
ip -n h -6 route add 2001:db8:9::/48 from 2001:db8:2::/64 via 2001:db8:2::3
ip -n h -6 route add 2001:db8:9::/48 from 2001:db8:2::1 via 2001:db8:2::4
ip -n h -6 route
ip -n h -6 route get 2001:db8:9::1
ip -n h -6 route get 2001:db8:9::1 from 2001:db8:1::1
ip -n h -6 route get 2001:db8:9::1 from 2001:db8:2::1
ip -n h -6 route show from 2001:db8:2::/64
ip -n h -6 route del 2001:db8:9::/48
ip -n h -6 route del 2001:db8:9::/48 from 2001:db8:2::/64
ip -n h -6 route del default
ip -n h -6 route get 2001:db8:9::1
ip -n h -6 route
