#!/bin/bash
# What a host learned of the ways to others, as "ip route show cache" lists it: only what was used since; flushed, found again and
# forgotten; shared by routes with the same next hop; following the device's MTU; gone with its route. And UDP's discovery switched off.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add r
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv4.ip_forward=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link add a0 address 02:00:00:00:00:0a type veth peer name r0 address 02:00:00:00:00:a0 netns r
ip -n r link add r1 address 02:00:00:00:00:b0 type veth peer name b0 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.0.1/24 dev a0
ip -n r addr add 10.0.0.254/24 dev r0
ip -n r addr add 10.0.1.254/24 dev r1
ip -n b addr add 10.0.1.1/24 dev b0
ip -n r link set r1 mtu 1400
ip -n b link set b0 mtu 1400
ip -n a link set a0 up
ip -n r link set r0 up
ip -n r link set r1 up
ip -n b link set b0 up
sleep 1.2
ip -n a route add default via 10.0.0.254
ip -n b route add default via 10.0.1.254
ip -n a route show cache
ip netns exec a ping -c 1 -s 1450 -M do 10.0.1.1
ip -n a route show cache
ip netns exec a ping -c 1 -s 1400 10.0.1.1
ip -n a route show cache
ip -n a -d route show cache
ip -n a -j route show table cache
ip -n a route show cache 10.0.2.0/24
ip -n a route add 10.0.1.0/24 via 10.0.0.254
ip -n a route show cache
ip -n a route get 10.0.1.1
ip -n a route change 10.0.1.0/24 via 10.0.0.254 metric 5
ip -n a route del default
ip -n a route show cache
ip -n a route get 10.0.1.1
ip netns exec a udpsend 10.0.1.1 9 1 1450
ip -n a route get 10.0.1.1
ip -n a link set a0 mtu 1350
ip -n a route show cache
ip -n a link set a0 mtu 1500
ip -n a route flush cache
ip -n a route show cache
ip -n a route get 10.0.1.1
ip -n a route show cache
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=1
ip netns exec a udpsend 10.0.1.1 9 1 1450
ip netns exec a ping -c 1 -s 1450 10.0.1.1
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=0
ip -n a route change 10.0.1.0/24 via 10.0.0.254 metric 5 mtu lock 1400
ip netns exec a udpsend 10.0.1.1 9 1 100
ip -n a route show cache
