#!/bin/bash
# Two hosts on one wire. See: one ARP exchange (42 octets each way) comes before the first ping, none before the later ones;
# both ends of the pair count the same packets and octets; 98 octets is a ping with its Ethernet header.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add va address 02:00:00:00:00:0a type veth peer name vb address 02:00:00:00:00:0b
ip link set va netns a
ip link set vb netns b
ip -n a addr add 10.0.0.1/24 dev va
ip -n b addr add 10.0.0.2/24 dev vb
ip -n a link set va up
ip -n b link set vb up
ip -n a link show va
ip -n b addr show vb
ip -n a route
ip -n a neigh
ip netns exec a ping -c 1 10.0.0.2
ip -n a neigh
ip -n a -s link show va
ip -n b -s link show vb
ip netns exec a ping -c 3 -i 0.3 10.0.0.2
ip netns exec b ping -c 1 10.0.0.1
ip -n a -s link show va
ip -n b -s link show vb
ip netns exec a cat /proc/net/arp
ip netns exec a cat /proc/net/dev
