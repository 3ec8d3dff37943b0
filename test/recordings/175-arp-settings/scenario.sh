#!/bin/bash
# Who answers ARP for which address, and what a request tells. See: arp_ignore from 0 to 8, arp_filter, duplicate address
# detection, requests for loopback addresses, arp_announce, and the larger of "all" and the device's own.
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
ip -n b link set lo up
ip -n b addr add 10.0.0.77/32 dev lo
ip -n b addr add 10.0.0.78/32 dev lo scope host
ip -n b addr add 172.16.0.2/24 dev eth1
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_ignore=0
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.2; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.78; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 172.16.0.2; echo "status $?"
ip netns exec a arping -q -D -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_ignore=1
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.2; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 172.16.0.2; echo "status $?"
ip netns exec a arping -q -D -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_ignore=2
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.2; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 172.16.0.2; echo "status $?"
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_ignore=3
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.78; echo "status $?"
ip netns exec a arping -q -D -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_ignore=8
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.2; echo "status $?"
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_ignore=0 net.ipv4.conf.all.arp_ignore=1
ip netns exec a arping -q -c 1 -w 1 -I eth0 10.0.0.77; echo "status $?"
ip netns exec b sysctl -w net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.eth1.route_localnet=1
ip netns exec a arping -q -f -w 1 -I eth0 127.0.0.1; echo "status $?"
ip netns exec b sysctl -w net.ipv4.conf.eth1.route_localnet=0 net.ipv4.conf.eth1.arp_filter=1
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.2; echo "status $?"
ip -n b link add d0 address 02:00:00:00:00:d0 type veth peer name d1 address 02:00:00:00:00:d1
ip -n b link set d0 up
ip -n b link set d1 up
ip -n b route add 10.0.0.1 dev d0
ip netns exec a arping -q -f -w 1 -I eth0 10.0.0.2; echo "status $?"
ip netns exec b nstat -az TcpExtArpFilter
ip -n b route del 10.0.0.1 dev d0
ip netns exec b sysctl -w net.ipv4.conf.eth1.arp_filter=0
ip -n a addr add 172.16.1.1/24 dev eth0
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_announce=0
ip -n a neigh flush all
ip netns exec a ping -c 1 -W 0.3 -I 172.16.1.1 10.0.0.2
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_announce=1
ip -n a neigh flush all
ip netns exec a ping -c 1 -W 0.3 -I 172.16.1.1 10.0.0.2
ip netns exec a sysctl -w net.ipv4.conf.eth0.arp_announce=2
ip -n a neigh flush all
ip netns exec a ping -c 1 -W 0.3 -I 172.16.1.1 10.0.0.2
ip -n b neigh
