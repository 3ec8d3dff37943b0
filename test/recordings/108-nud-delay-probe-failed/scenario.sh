#!/bin/bash
# A neighbour disappears. See: the entry goes DELAY, then PROBE with three unicast requests a second apart, then FAILED; the host
# that lost its address gets the packets and counts them as not for it (IpInAddrErrors); no error comes back while it is probed.
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
sleep 1.5
ip -n b addr del 10.0.0.2/24 dev eth0
ip -n a neigh change 10.0.0.2 dev eth0 lladdr 02:00:00:00:00:0b nud stale
ip netns exec a ping -c 1 -W 0.4 10.0.0.2
ip -n a neigh
sleep 1.1
ip -n a neigh
sleep 3.2
ip -n a neigh
ip netns exec a cat /proc/net/arp
ip netns exec a ping -c 1 -W 0.4 10.0.0.2
ip -n a neigh
ip netns exec b grep ^Ip: /proc/net/snmp
