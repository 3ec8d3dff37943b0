#!/bin/bash
# The settings behind a neighbour's states. See: numbers of requests to one and to all, and to a daemon that is not there,
# the time between them, delay_first_probe_time, an entry that is used while it is stale, mcast_resolicit, and no requests at all.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link set lo up
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name eth1 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth1
ip -n a link set eth0 up
ip -n b link set eth1 up
sleep 1.2
S="ip netns exec a sysctl -qw"
$S net.ipv4.neigh.eth0.retrans_time_ms=400 net.ipv4.neigh.eth0.mcast_solicit=2
ip netns exec a ping -c 1 -W 0.9 10.0.0.9
sleep 0.4
ip -n a neigh
$S net.ipv4.neigh.eth0.app_solicit=2 net.ipv4.neigh.eth0.mcast_solicit=1
ip netns exec a ping -c 1 -W 0.9 10.0.0.9
sleep 0.5
ip -n a neigh
$S net.ipv4.neigh.eth0.app_solicit=0 net.ipv4.neigh.eth0.mcast_solicit=0
ip netns exec a ping -c 1 -W 0.2 10.0.0.9
ip -n a neigh
ip -n a neigh del 10.0.0.9 dev eth0
ip netns exec a ping -c 1 -W 0.2 10.0.0.9
ip -n a neigh show nud all
$S net.ipv4.neigh.eth0.mcast_solicit=1 net.ipv4.neigh.eth0.ucast_solicit=2 net.ipv4.neigh.eth0.delay_first_probe_time=1
ip -n a neigh add 10.0.0.8 lladdr 02:00:00:00:00:0b dev eth0 nud stale
ip netns exec a ping -c 1 -W 0.2 10.0.0.8
ip -n a neigh
sleep 0.9
ip -n a neigh
sleep 1.3
ip -n a neigh
$S net.ipv4.neigh.eth0.mcast_resolicit=1
ip -n a neigh replace 10.0.0.7 lladdr 02:00:00:00:00:0b dev eth0 nud probe
sleep 1.5
ip -n a neigh
ip -n a neigh replace 10.0.0.7 lladdr 02:00:00:00:00:0b dev eth0 nud delay
sleep 0.2
ip -n a neigh
ip -n a neigh flush dev eth0
$S net.ipv4.neigh.eth0.retrans_time_ms=1000 net.ipv4.neigh.eth0.mcast_solicit=3
ip netns exec a ping -c 1 -W 1 10.0.0.2
ip -n a neigh show 10.0.0.2
ip -n b neigh
