#!/bin/bash
# path MTUs: learned, shown, bounded, locked, forgotten, and what routers do with packets that are too big
for n in a r b; do ip netns add $n; ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -n $n link set lo up; done
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name ra address 02:00:00:00:00:f1 netns r
ip -n r link add rb address 02:00:00:00:00:f2 type veth peer name eth0 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.1.1/24 dev eth0
ip -n r addr add 10.0.1.254/24 dev ra
ip -n r addr add 10.0.2.254/24 dev rb
ip -n b addr add 10.0.2.1/24 dev eth0
ip -n b addr add 10.0.2.2/24 dev eth0
for x in "a eth0" "r ra" "r rb" "b eth0"; do set -- $x; ip -n $1 link set $2 up; done
ip -n a neigh add 10.0.1.254 lladdr 02:00:00:00:00:f1 dev eth0 nud permanent
ip -n r neigh add 10.0.1.1 lladdr 02:00:00:00:00:0a dev ra nud permanent
ip -n r neigh add 10.0.2.1 lladdr 02:00:00:00:00:0b dev rb nud permanent
ip -n r neigh add 10.0.2.2 lladdr 02:00:00:00:00:0b dev rb nud permanent
ip -n b neigh add 10.0.2.254 lladdr 02:00:00:00:00:f2 dev eth0 nud permanent
ip -n a route add default via 10.0.1.254
ip -n b route add default via 10.0.2.254
ip -n r link set rb mtu 1000
ip netns exec a ping -c 1 -W 0.4 -s 1400 10.0.2.1
ip -n a route get 10.0.2.1
ip -n a route get 10.0.2.2
ip netns exec a ping -c 1 -M do -W 0.4 -s 1400 10.0.2.1
ip netns exec a ping -c 1 -W 0.4 -M dont -s 1400 10.0.2.2
ip netns exec a ping -c 1 -W 0.4 -M do -s 1400 10.0.2.1
ip -n a route flush cache
ip -n a route get 10.0.2.1
# below the least that is believed, the MTU is locked
ip -n r link set rb mtu 400
ip netns exec a ping -c 1 -W 0.4 -s 1400 10.0.2.1
ip -n a route get 10.0.2.1
ip netns exec a ping -c 1 -M do -W 0.4 -s 1400 10.0.2.1
ip netns exec a ping -c 1 -W 0.4 -s 100 10.0.2.1
ip netns exec a sysctl -w net.ipv4.route.min_pmtu=300
ip -n a route flush cache
ip netns exec a ping -c 1 -W 0.4 -s 1400 10.0.2.1
ip -n a route get 10.0.2.1
# for a time only
ip netns exec a sysctl -w net.ipv4.route.mtu_expires=3
ip -n a route flush cache
ip -n r link set rb mtu 1200
ip netns exec a ping -c 1 -W 0.4 -s 1400 10.0.2.1
ip -n a route get 10.0.2.1
sleep 1.4
ip -n a route get 10.0.2.1
sleep 2
ip -n a route get 10.0.2.1
ip netns exec a ping -c 1 -W 0.4 -s 1400 10.0.2.1
# routes with an MTU of their own
ip -n a route add 10.0.2.2 via 10.0.1.254 mtu 1100
ip -n a route get 10.0.2.2
ip netns exec a ping -c 1 -M do -W 0.4 -s 1300 10.0.2.2
ip -n a route replace 10.0.2.2 via 10.0.1.254 mtu lock 1300
ip netns exec a ping -c 1 -W 0.4 -s 1250 10.0.2.2
ip -n a route get 10.0.2.2
ip -n r route add 10.0.2.1 dev rb mtu 900
ip netns exec a ping -c 1 -W 0.4 -M do -s 1000 10.0.2.1
# nothing is learned at all
ip netns exec a sysctl -w net.ipv4.ip_no_pmtu_disc=2
ip -n a route flush cache
ip netns exec a ping -c 1 -W 0.4 -s 1400 10.0.2.1
ip -n a route get 10.0.2.1
ip -n a -j route get 10.0.2.1
ip netns exec r nstat -as
ip netns exec a nstat -as
