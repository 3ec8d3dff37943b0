#!/bin/bash
# Errors that come back to a ping over IPv6, in its words: no such neighbour, no route at a router, prohibited, the hop limit, a
# packet too big and what is learned from it, a local error, and a host that is not there behind a router.
for n in a r b; do ip netns add $n; ip netns exec $n sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0; done
ip netns exec r sysctl -qw net.ipv6.conf.all.forwarding=1
for n in a r b; do ip -n $n link set lo up; done
ip -n a link add a0 address 02:00:00:00:00:0a type veth peer name r0 address 02:00:00:00:01:0a netns r
ip -n b link add b0 address 02:00:00:00:00:0b mtu 1300 type veth peer name r1 address 02:00:00:00:01:0b mtu 1300 netns r
ip netns exec a sysctl -qw net.ipv6.neigh.a0.base_reachable_time_ms=3600000
ip netns exec r sysctl -qw net.ipv6.neigh.r0.base_reachable_time_ms=3600000 net.ipv6.neigh.r1.base_reachable_time_ms=3600000
ip netns exec b sysctl -qw net.ipv6.neigh.b0.base_reachable_time_ms=3600000
ip -n a link set a0 up
ip -n r link set r0 up
ip -n r link set r1 up
ip -n b link set b0 up
sleep 2.2
ip -n a addr add 2001:db8:a::1/64 dev a0 nodad
ip -n r addr add 2001:db8:a::fe/64 dev r0 nodad
ip -n r addr add 2001:db8:b::fe/64 dev r1 nodad
ip -n b addr add 2001:db8:b::1/64 dev b0 nodad
ip -n a route add default via 2001:db8:a::fe
ip -n b route add default via 2001:db8:b::fe
ip -n r route add prohibit 2001:db8:c::/48
ip -n r route add unreachable 2001:db8:d::/48
ip -n r route add blackhole 2001:db8:e::/48
ip netns exec a ping -c 1 2001:db8:b::1
ip netns exec a ping -c 1 -t 1 2001:db8:b::1
ip netns exec a ping -c 1 -W 0.5 2001:dead::1
ip netns exec a ping -c 1 -W 0.5 2001:db8:c::1
ip netns exec a ping -c 1 -W 0.5 2001:db8:d::1
ip netns exec a ping -c 1 -W 0.5 2001:db8:e::1
ip netns exec a ping -c 1 -W 1.5 -q -t 1 2001:db8:b::1
ip netns exec a ping -c 2 -i 0.3 -s 1400 2001:db8:b::1
ip -n a -6 route get 2001:db8:b::1
ip -n a -6 route show cache
ip netns exec a ping -c 1 -s 1400 -M do 2001:db8:b::1
ip netns exec a ping -c 1 -s 3000 2001:db8:b::1
sleep 6
ip netns exec a ping -c 1 2001:db8:a::99
ip netns exec a ping -c 1 -W 4 2001:db8:b::99
ip netns exec a ping -c 1 -s 1453 -M do 2001:db8:a::fe
ip -n a -6 route add unreachable 2001:db8:f::/48
ip netns exec a ping -c 1 2001:db8:f::1
ip -n a -6 neigh
ip netns exec a nstat -as Icmp6*
sleep 8
