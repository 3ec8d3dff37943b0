#!/bin/bash
# A stale neighbour is put to the proof. See: using a STALE entry sends the packet at once and makes it DELAY; a second later
# (set by sysctl, 5 by default) one unicast ARP request asks, and the reply makes it REACHABLE. The answering side learned its
# entry from the first request and proves it in the same way.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name eth0 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec a sysctl -w net.ipv4.neigh.eth0.delay_first_probe_time=1
ip netns exec b sysctl -w net.ipv4.neigh.eth0.delay_first_probe_time=1
ip netns exec a ping -c 1 10.0.0.2
ip -n a neigh
ip -n b neigh
sleep 1.5
ip -n b neigh
ip -n a neigh change 10.0.0.2 dev eth0 lladdr 02:00:00:00:00:0b nud stale
ip -n a neigh
ip netns exec a ping -c 1 10.0.0.2
ip -n a neigh
sleep 1.5
ip -n a neigh
ip -n a -s link show eth0
