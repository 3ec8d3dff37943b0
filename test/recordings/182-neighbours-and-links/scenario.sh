#!/bin/bash
# What becomes of neighbours when their link changes. See: entries in every state, and a packet that waits, when the device goes
# down, loses its last address or another one, is renamed, moves, or its peer goes; who is told of a packet that waits in vain.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add b
ip netns add c
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link set lo up
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link set lo up
ip netns exec c sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n c link set lo up
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name eth1 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a addr add 10.1.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth1
ip -n a link set eth0 up
ip -n b link set eth1 up
fill() {
  ip -n $1 neigh replace 10.0.0.3 lladdr 02:00:00:00:00:33 dev $2
  ip -n $1 neigh replace 10.0.0.4 lladdr 02:00:00:00:00:44 dev $2 nud reachable
  ip -n $1 neigh replace 10.0.0.5 lladdr 02:00:00:00:00:55 dev $2 nud stale
  ip -n $1 neigh replace 10.0.0.6 lladdr 02:00:00:00:00:66 dev $2 nud noarp
  ip -n $1 neigh replace 10.0.0.7 dev $2 nud failed
  ip -n $1 neigh replace 10.0.0.8 lladdr 02:00:00:00:00:88 dev $2 nud none
  ip -n $1 neigh add proxy 10.0.0.9 dev $2
}
fill a eth0
ip -n a neigh show nud all
ip -n a link set eth0 name eth9
ip -n a neigh show nud all
ip -n a addr del 10.1.0.1/24 dev eth9
ip -n a neigh show nud all
ip -n a addr del 10.0.0.1/24 dev eth9
ip -n a neigh show nud all
ip -n a neigh show proxy
ip -n a addr add 10.0.0.1/24 dev eth9
fill a eth9
ip netns exec a ping -c 1 -W 2 10.0.0.77 &
sleep 0.4
ip -n a link set eth9 down
ip -n a neigh show nud all
wait
ip -n a link set eth9 up
fill a eth9
ip netns exec a ping -c 1 -W 2 10.0.0.77 &
sleep 0.4
ip -n a neigh del 10.0.0.77 dev eth9
wait
ip netns exec a ping -c 1 -W 2 10.0.0.78 &
sleep 0.4
ip -n a neigh replace 10.0.0.78 lladdr 02:00:00:00:00:0b dev eth9
wait
ip netns exec a ping -c 1 -W 2 10.0.0.79 &
sleep 0.4
ip -n a neigh flush dev eth9
wait
ip -n a link set eth9 mtu 60
ip -n a neigh show nud all
ip -n a link set eth9 mtu 1500
ip -n a addr add 10.0.0.1/24 dev eth9
ip -n a neigh add 10.0.0.3 lladdr 02:00:00:00:00:33 dev eth9
ip -n a link set eth9 netns c
ip -n c neigh show nud all
ip -n a neigh show nud all
ip -n c addr add 10.0.0.1/24 dev eth9
ip -n c link set eth9 up
ip -n b link set eth1 up
fill c eth9
ip netns exec c ping -c 1 -W 1 10.0.0.2
ip -n b neigh
ip -n b link del eth1
ip -n c neigh show nud all
ip -n b neigh show nud all
