#!/bin/bash
# a host with two routers on one link: redirects are sent, and followed once the better router is known
for n in a r b; do ip netns add $n; ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -n $n link set lo up; done
ip netns exec r sysctl -qw net.ipv4.ip_forward=1
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name ra address 02:00:00:00:00:f1 netns r
ip -n r link add rb address 02:00:00:00:00:f2 type veth peer name eth0 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.1.1/24 dev eth0
ip -n r addr add 10.0.1.254/24 dev ra
ip -n r addr add 10.0.1.253/24 dev ra
ip -n r addr add 10.0.2.254/24 dev rb
ip -n b addr add 10.0.2.1/24 dev eth0
for x in "a eth0" "r ra" "r rb" "b eth0"; do set -- $x; ip -n $1 link set $2 up; done
ip -n a route add default via 10.0.1.254
ip -n b route add default via 10.0.2.254
ip -n r route add 10.0.9.0/24 via 10.0.1.99
ip -n a neigh add 10.0.1.254 lladdr 02:00:00:00:00:f1 dev eth0 nud permanent
ip -n r neigh add 10.0.1.1 lladdr 02:00:00:00:00:0a dev ra nud permanent
ip -n r neigh add 10.0.2.1 lladdr 02:00:00:00:00:0b dev rb nud permanent
ip -n b neigh add 10.0.2.254 lladdr 02:00:00:00:00:f2 dev eth0 nud permanent
ip -n r neigh add 10.0.1.99 lladdr 02:00:00:00:00:0a dev ra nud permanent
ip netns exec a ping -c 3 -i 0.4 -W 1 10.0.9.1
ip -n a route get 10.0.9.1
ip -n a neigh add 10.0.1.99 lladdr 02:00:00:00:00:f1 dev eth0 nud permanent
ip netns exec a ping -c 2 -i 0.4 -W 1 10.0.9.1
ip -n a route get 10.0.9.1
ip -n a route flush cache
ip -n a route get 10.0.9.1
ip netns exec a sysctl -w net.ipv4.conf.eth0.accept_redirects=0 net.ipv4.conf.all.accept_redirects=0
ip netns exec a ping -c 2 -i 0.4 -W 1 10.0.9.2
ip -n a route get 10.0.9.2
ip netns exec a sysctl -w net.ipv4.conf.eth0.accept_redirects=1 net.ipv4.conf.eth0.shared_media=0 net.ipv4.conf.all.shared_media=0
ip netns exec a ping -c 2 -i 0.4 -W 1 10.0.9.3
ip -n a route get 10.0.9.3
ip netns exec a sysctl -w net.ipv4.conf.eth0.secure_redirects=0 net.ipv4.conf.all.secure_redirects=0
ip netns exec a ping -c 2 -i 0.4 -W 1 10.0.9.4
ip -n a route get 10.0.9.4
ip netns exec r sysctl -w net.ipv4.conf.ra.send_redirects=0 net.ipv4.conf.all.send_redirects=0
ip netns exec a ping -c 2 -i 0.4 -W 1 10.0.9.5
ip netns exec a nstat -asz | grep -i redirect
ip netns exec r nstat -asz | grep -i "redirect\|Forw"
ip netns exec a ping -c 2 -i 0.3 10.0.2.1
ip netns exec a ping -c 1 -t 1 10.0.2.1
ip netns exec r sysctl -w net.ipv4.icmp_errors_use_inbound_ifaddr=1
ip netns exec b ping -c 1 -t 1 10.0.1.1
ip netns exec b ping -c 1 -W 1 10.9.9.9
ip netns exec r sysctl -w net.ipv4.conf.rb.forwarding=0
ip netns exec b ping -c 1 -W 1 10.9.9.9
ip netns exec b ping -c 1 -W 1 10.0.1.1
ip netns exec a ping -c 1 -W 1 10.0.2.1
ip netns exec r sysctl -w net.ipv4.icmp_ratelimit=0
ip netns exec a ping -c 8 -i 0.1 -W 1 10.9.9.9
ip netns exec a ping -c 8 -i 0.1 -W 1 -t 1 10.0.2.1
ip netns exec r sysctl -w net.ipv4.icmp_ratelimit=100 net.ipv4.icmp_ratemask=0
ip netns exec a ping -c 8 -i 0.1 -W 1 -t 1 10.0.2.1
ip netns exec r nstat -as
