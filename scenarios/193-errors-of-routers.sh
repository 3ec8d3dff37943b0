#!/bin/bash
# what routers tell of what they cannot pass on, how often, and from which address; asymmetric ways, and networks behind each other
for n in a r s b; do ip netns add $n; ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip -n $n link set lo up; done
for n in r s; do ip netns exec $n sysctl -qw net.ipv4.ip_forward=1; done
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name ra address 02:00:00:00:00:f1 netns r
ip -n r link add rs address 02:00:00:00:00:f2 type veth peer name sr address 02:00:00:00:00:f3 netns s
ip -n s link add sb address 02:00:00:00:00:f4 type veth peer name eth0 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.1.1/24 dev eth0
ip -n r addr add 10.0.1.254/24 dev ra
ip -n r addr add 10.0.3.1/30 dev rs
ip -n s addr add 10.0.3.2/30 dev sr
ip -n s addr add 10.0.2.254/24 dev sb
ip -n b addr add 10.0.2.1/24 dev eth0
for x in "a eth0" "r ra" "r rs" "s sr" "s sb" "b eth0"; do set -- $x; ip -n $1 link set $2 up; done
ip -n a neigh add 10.0.1.254 lladdr 02:00:00:00:00:f1 dev eth0 nud permanent
ip -n r neigh add 10.0.1.1 lladdr 02:00:00:00:00:0a dev ra nud permanent
ip -n r neigh add 10.0.3.2 lladdr 02:00:00:00:00:f3 dev rs nud permanent
ip -n s neigh add 10.0.3.1 lladdr 02:00:00:00:00:f2 dev sr nud permanent
ip -n s neigh add 10.0.2.1 lladdr 02:00:00:00:00:0b dev sb nud permanent
ip -n b neigh add 10.0.2.254 lladdr 02:00:00:00:00:f4 dev eth0 nud permanent
ip -n a route add default via 10.0.1.254
ip -n b route add default via 10.0.2.254
ip -n r route add 10.0.2.0/24 via 10.0.3.2
ip -n s route add 10.0.1.0/24 via 10.0.3.1
ip -n s route add unreachable 10.5.0.0/16
ip -n s route add prohibit 10.6.0.0/16
ip -n s route add blackhole 10.7.0.0/16
ip -n s route add throw 10.8.0.0/16
for net in 5 6 7 8; do ip -n r route add 10.$net.0.0/16 via 10.0.3.2; done
for ttl in 1 2 3; do ip netns exec a ping -c 1 -W 1 -t $ttl 10.0.2.1; done
ip netns exec a ping -c 1 -W 1 10.5.0.1
ip netns exec a ping -c 1 -W 1 10.6.0.1
ip netns exec a ping -c 1 -W 1 10.7.0.1
ip netns exec a ping -c 1 -W 1 10.8.0.1
ip netns exec a ping -c 1 -W 1 10.99.0.1
ip netns exec s nstat -as
ip netns exec s nstat -n
sleep 6.2
ip netns exec a ping -c 7 -i 0.1 -W 1 -t 2 10.0.2.1
sleep 6.2
ip netns exec a ping -c 7 -i 0.1 -W 1 10.5.0.1
ip netns exec s nstat -as
ip netns exec b ping -c 7 -i 0.1 -W 1 -t 1 10.0.1.1
ip netns exec s sysctl -w net.ipv4.icmp_ratelimit=0
sleep 6.2
ip netns exec b ping -c 7 -i 0.1 -W 1 10.99.0.1
ip netns exec b ping -c 3 -i 0.1 -W 1 -t 1 10.0.1.1
# a router answers from the address of the way back
ip -n s route replace 10.0.1.0/24 via 10.0.3.1 src 10.0.2.254
ip netns exec a ping -c 1 -W 1 -t 2 10.0.2.1
ip netns exec s sysctl -w net.ipv4.icmp_errors_use_inbound_ifaddr=1
ip netns exec a ping -c 1 -W 1 -t 2 10.0.2.1
# weak host model: any address of a router answers at any of its devices
ip netns exec a ping -c 1 -W 1 10.0.2.254
ip netns exec s sysctl -w net.ipv4.conf.sr.forwarding=0
ip netns exec a ping -c 1 -W 1 10.0.2.254
ip netns exec a ping -c 1 -W 1 10.0.2.1
ip netns exec a ping -c 1 -W 1 10.5.0.1
ip netns exec b ping -c 1 -W 1 10.0.1.1
ip netns exec s sysctl net.ipv4.ip_forward net.ipv4.conf.all.forwarding net.ipv4.conf.sr.forwarding
ip netns exec r nstat -as
ip netns exec s nstat -as
