#!/bin/bash
# An IPv6 router between two hosts. See: hop limits, routes that are missing or forbid, packets too big, anycast addresses of routers.
ip netns add h1
ip netns add r
ip netns add h2
ip -n r link add x0 type veth peer name x1
ip link add eth0 netns h1 address 02:00:00:00:00:11 type veth peer name r1 netns r address 02:00:00:00:00:12
ip link add eth0 netns h2 address 02:00:00:00:00:21 type veth peer name r2 netns r address 02:00:00:00:00:22
for n in h1 r h2; do ip -n $n link set lo up; done
ip netns exec h1 sysctl -qw net.ipv6.neigh.eth0.base_reachable_time_ms=400000
ip netns exec h2 sysctl -qw net.ipv6.neigh.eth0.base_reachable_time_ms=400000
ip netns exec r sysctl -qw net.ipv6.neigh.r1.base_reachable_time_ms=400000 net.ipv6.neigh.r2.base_reachable_time_ms=400000
ip -n h1 addr add 2001:db8:1::2/64 dev eth0 nodad
ip -n r addr add 2001:db8:1::1/64 dev r1 nodad
ip -n r addr add 2001:db8:2::1/64 dev r2 nodad
ip -n h2 addr add 2001:db8:2::2/64 dev eth0 nodad
ip -n h1 link set eth0 up
ip -n r link set r1 up
ip -n r link set r2 up
ip -n h2 link set eth0 up
sleep 3.5
ip -n h1 -6 route add default via 2001:db8:1::1
ip -n h2 -6 route add default via 2001:db8:2::1 dev eth0
ip netns exec h1 ping -c 1 -W 0.4 2001:db8:2::2
ip netns exec r sysctl -w net.ipv6.conf.all.forwarding=1
ip -n r -6 route show table all
ip -n h1 -6 route
ip netns exec h1 ping -c 2 -i 0.3 2001:db8:2::2
ip netns exec h1 ping -c 1 -t 1 2001:db8:2::2
ip netns exec h1 ping -c 1 2001:db8:3::1
ip netns exec h1 ping -c 1 2001:db8:2::1
ip -n r -6 route add unreachable 2001:db8:4::/64
ip -n r -6 route add prohibit 2001:db8:5::/64
ip -n r -6 route add blackhole 2001:db8:6::/64
ip netns exec h1 ping -c 1 2001:db8:4::1
ip netns exec h1 ping -c 1 2001:db8:5::1
ip netns exec h1 ping -c 1 -W 0.4 2001:db8:6::1
ip -n r -6 route
ip -n r link set r2 mtu 1300
ip -n h2 link set eth0 mtu 1300
ip netns exec h1 ping -c 1 -s 1400 -W 0.4 2001:db8:2::2
ip -n h1 -6 route get 2001:db8:2::2
ip netns exec h1 ping -c 1 -s 1400 -M do 2001:db8:2::2
ip -n h1 -6 neigh
ip -n r -6 neigh
ip -n h2 -6 neigh
ip netns exec r sysctl -w net.ipv6.conf.all.forwarding=0
ip -n r -6 route show table local
sleep 22
