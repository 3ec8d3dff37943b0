#!/bin/bash
# Several addresses on one device. See: a second address of the same subnet is "secondary" and goes with the first when that is
# deleted, unless promote_secondaries is set; each address answers ARP and ping; each subnet has its routes.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b addr add 10.0.0.3/24 dev v1
ip -n b addr add 10.0.0.4/25 dev v1
ip -n b addr add 172.16.5.1/16 brd + dev v1
ip -n b addr add 192.0.2.1 peer 192.0.2.9 dev v1
ip -n b addr add 198.51.100.1/24 dev v1 scope link label v1:extra
ip -n b link set v1 up
ip -n b addr show v1
ip -n b route
ip -n b route show table local
ping -c 1 10.0.0.2
ping -c 1 10.0.0.3
ping -c 1 10.0.0.4
ip neigh
ip netns exec b ping -c 1 10.0.0.1
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b addr del 10.0.0.99/24 dev v1
ip -n b addr del 10.0.0.2/24 dev v1
ip -n b addr show v1
ip -n b route
ping -c 1 -W 0.5 10.0.0.3
ip netns exec b sysctl -w net.ipv4.conf.v1.promote_secondaries=1
ip -n b addr add 10.0.0.5/24 dev v1
ip -n b addr add 10.0.0.6/24 dev v1
ip -n b addr del 10.0.0.5/24 dev v1
ip -n b addr show v1
ip -n b route
ip -n b addr show to 10.0.0.0/24
ip -n b -4 -o addr
ip -n b addr flush dev v1
ip -n b addr
ip -n b route show table all
