#!/bin/bash
# A pair made across namespaces at once. See: each end takes the next index of its own namespace; "@if2" names the peer by number
# and link-netns tells where; a bad namespace, a name that is taken there or a bad MTU leave nothing behind.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip -o link
ip -n a -o link
ip -n b -o link
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name eth0 address 02:00:00:00:00:0b netns b
ip -n a -o link
ip -n b -o link
ip link add w0 type veth peer name w1 netns nosuch
ip link add w0 type veth peer name v1 netns b
ip link add w0 type veth peer name w1 mtu 20 netns b
ip link add lo type veth peer name w1 netns b
ip -o link
ip -n b -o link
ip link add w0 address 02:00:00:00:00:0c type veth peer name w1 address 02:00:00:00:00:0d netns b
ip -o link
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec a ping -c 1 10.0.0.2
ip netns list
ip -n a netns list-id
ip netns list-id
ip -n b link show eth0
