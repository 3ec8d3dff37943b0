#!/bin/bash
# What packets of ARP teach. See: gratuitous requests and replies, arp_accept, locktime, drop_gratuitous_arp, entries that
# cannot be changed, arp_notify, and a changed address.
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
ip netns exec b arping -c 1 -U -I eth1 10.0.0.2
ip -n a neigh
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_accept=1
ip netns exec b arping -c 1 -U -I eth1 10.0.0.2
ip -n a neigh
ip -n a neigh flush all
ip netns exec b arping -c 1 -A -I eth1 10.0.0.2
ip -n a neigh
ip -n b addr add 192.168.9.2/24 dev eth1
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_accept=2
ip netns exec b arping -c 1 -U -I eth1 192.168.9.2
ip netns exec b arping -c 1 -A -I eth1 10.0.0.2
ip -n a neigh
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_accept=0
ip -n b link set eth1 address 02:00:00:00:00:1b
ip -n a neigh
ip netns exec b arping -c 1 -U -I eth1 10.0.0.2
ip -n a neigh
ip netns exec a sysctl -w net.ipv4.conf.eth0.drop_gratuitous_arp=1
ip -n b link set eth1 address 02:00:00:00:00:2b
ip netns exec b arping -c 1 -U -I eth1 10.0.0.2
ip -n a neigh
ip netns exec a sysctl -w net.ipv4.conf.eth0.drop_gratuitous_arp=0
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_notify=1
ip -n b link set eth1 address 02:00:00:00:00:3b
ip -n a neigh
ip -n a neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 dev eth0
ip -n b link set eth1 address 02:00:00:00:00:4b
ip -n a neigh
ip netns exec b arping -c 1 -s 10.0.0.2 -I eth1 10.0.0.50
ip -n a neigh
ip -n a neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 dev eth0 nud stale
ip netns exec b arping -c 1 -s 10.0.0.2 -I eth1 10.0.0.50
ip -n a neigh
sleep 1.3
ip netns exec b arping -c 1 -s 10.0.0.2 -I eth1 10.0.0.50
ip -n a neigh
ip -s -n a neigh | sed 's/used .*probes/used/'
