#!/bin/bash
# Entries that the kernel or a daemon keeps. See: "use" and "managed" ask at once, extern_learn outlives nothing but a flush, a
# carrier that is lost takes along what is not permanent, arp_evict_nocarrier=0 keeps it.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name eth1 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth1
ip -n a link set eth0 up
ip -n b link set eth1 up
sleep 1.2
ip -n a neigh add 10.0.0.2 dev eth0 managed
ip -n a neigh add 10.0.0.3 dev eth0 use
ip -n a neigh add 10.0.0.4 lladdr 02:00:00:00:00:44 dev eth0 extern_learn nud stale
ip -n a neigh add 10.0.0.5 lladdr 02:00:00:00:00:55 dev eth0 protocol static
ip -n a neigh add 10.0.0.6 lladdr 02:00:00:00:00:66 dev eth0 router nud stale
ip -n a neigh
ip -n a neigh change 10.0.0.6 lladdr 02:00:00:00:00:67 dev eth0 nud stale
ip -n a neigh change 10.0.0.4 dev eth0 use extern_learn
ip -n a neigh
ip -n b link set eth1 down
sleep 1.3
ip -n a neigh
ip -n b link set eth1 up
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_evict_nocarrier=0
ip -n a neigh add 10.0.0.4 lladdr 02:00:00:00:00:44 dev eth0 extern_learn nud stale
ip -n a neigh add 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0 nud stale
ip -n b link set eth1 down
sleep 1.3
ip -n a neigh
ip -n b link set eth1 up
ip -n a link set eth0 address 02:00:00:00:00:1a
ip -n a neigh show nud all
ip -n a neigh add 10.0.0.5 lladdr 02:00:00:00:00:55 dev eth0
ip -n a link set eth0 arp off
ip -n a neigh show nud all
ip netns exec a ping -c 1 -W 0.3 10.0.0.2
ip -n a neigh show nud all
ip -n a link set eth0 arp on
ip -n a neigh show nud all
sleep 1.2
ip -n a neigh
