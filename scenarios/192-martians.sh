#!/bin/bash
# martians, reverse path filters, local sources, and kinds of routes to a router's own
# which sources and destinations are believed
for n in a r b; do ip netns add $n; ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -n $n link set lo up; done
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name ra address 02:00:00:00:00:f1 netns r
ip -n r link add rb address 02:00:00:00:00:f2 type veth peer name eth0 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.1.1/24 dev eth0
ip -n a addr add 10.0.7.1/24 dev eth0
ip -n a addr add 127.5.5.5/8 dev eth0
ip -n r addr add 10.0.1.254/24 dev ra
ip -n r addr add 10.0.2.254/24 dev rb
ip -n b addr add 10.0.2.1/24 dev eth0
for x in "a eth0" "r ra" "r rb" "b eth0"; do set -- $x; ip -n $1 link set $2 up; done
ip -n a neigh add 10.0.1.254 lladdr 02:00:00:00:00:f1 dev eth0 nud permanent
ip -n r neigh add 10.0.1.1 lladdr 02:00:00:00:00:0a dev ra nud permanent
ip -n r neigh add 10.0.2.1 lladdr 02:00:00:00:00:0b dev rb nud permanent
ip -n b neigh add 10.0.2.254 lladdr 02:00:00:00:00:f2 dev eth0 nud permanent
ip -n a route add default via 10.0.1.254
ip -n b route add default via 10.0.2.254
ip netns exec a ping -c 1 -W 0.3 10.0.2.1
ip netns exec a ping -c 1 -W 0.3 -I 10.0.7.1 10.0.2.1
ip netns exec r sysctl -w net.ipv4.conf.ra.rp_filter=1
ip netns exec a ping -c 1 -W 0.3 -I 10.0.7.1 10.0.2.1
ip netns exec r sysctl -w net.ipv4.conf.ra.rp_filter=2
ip netns exec a ping -c 1 -W 0.3 -I 10.0.7.1 10.0.2.1
ip -n r route add 10.0.7.0/24 dev rb
ip -n r route get 10.0.2.1 from 10.0.7.1 iif ra
ip netns exec r sysctl -w net.ipv4.conf.all.rp_filter=1
ip -n r route get 10.0.2.1 from 10.0.7.1 iif ra
ip -n r route add default via 10.0.1.1
ip -n r route get 10.0.2.1 from 10.0.7.1 iif ra
ip -n r route get 10.0.2.1 from 10.8.8.8 iif ra
ip -n r route get 10.0.2.1 from 10.8.8.8 iif rb
ip -n r route get 10.0.2.254 from 10.8.8.8 iif rb
ip netns exec r sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.ra.rp_filter=0
ip -n r route get 10.0.2.1 from 10.0.2.254 iif ra
ip -n r route get 10.0.2.254 from 10.0.1.254 iif ra
ip netns exec r sysctl -w net.ipv4.conf.ra.accept_local=1
ip -n r route get 10.0.2.254 from 10.0.1.254 iif ra
ip -n r route get 10.0.2.254 from 10.0.2.254 iif ra
ip -n r route get 127.0.0.1 from 10.0.1.1 iif ra
ip -n r route get 10.0.1.254 from 127.0.0.1 iif ra
ip netns exec r sysctl -w net.ipv4.conf.ra.route_localnet=1
ip -n r route get 127.0.0.1 from 10.0.1.1 iif ra
ip -n r route get 10.0.1.254 from 127.0.0.1 iif ra
ip netns exec a ping -c 1 -W 0.3 -I 127.5.5.5 10.0.1.254
ip netns exec a sysctl -w net.ipv4.conf.eth0.route_localnet=1
ip netns exec a ping -c 1 -W 0.3 -I 127.5.5.5 10.0.1.254
ip netns exec r sysctl -w net.ipv4.conf.ra.log_martians=1
ip -n r route add local 10.55.0.0/16 dev lo
ip netns exec a ping -c 1 -W 0.3 10.55.1.2
ip -n r route get 10.0.2.1 from 10.55.1.2 iif ra
ip netns exec r ping -c 1 -W 0.3 -I 10.55.1.2 10.0.1.1
ip netns exec r ping -c 1 -W 0.3 10.55.1.2
ip -n r route add broadcast 10.56.0.0/16 dev ra
ip -n r route add multicast 10.57.0.0/16 dev ra
ip -n r route add anycast 10.58.0.0/16 dev ra
ip netns exec a ping -c 1 -W 0.3 10.56.0.1
ip netns exec a ping -c 1 -W 0.3 10.57.0.1
ip netns exec a ping -c 1 -W 0.3 10.58.0.1
ip netns exec a ping -c 1 -W 0.3 240.0.0.1
ip netns exec a ping -c 1 -W 0.3 0.0.0.1
ip netns exec r nstat -as
ip netns exec a nstat -as
ip -n r route show table all
