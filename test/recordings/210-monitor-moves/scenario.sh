#!/bin/bash
# What is told when IPv4 leaves a device (a tiny MTU), when it goes down, and when it moves with its addresses.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip addr add 10.0.0.1/24 dev v0
ip link set v1 up
ip monitor all >> m1 &
A=$!
sleep 0.2
ip link set v0 up
sleep 0.1
echo A >> m1
ip link set v0 mtu 60
sleep 0.1
ip link set v0 mtu 1500
ip addr add 10.0.0.1/24 dev v0
sleep 0.1
echo B >> m1
ip link set v0 down
sleep 0.1
ip link set v0 up
sleep 0.1
echo C >> m1
ip link set v0 mtu 60
sleep 0.1
echo D >> m1
ip link set v0 mtu 1500
ip addr add 10.0.0.1/24 dev v0
ip link set v0 down
ip link set v0 arp off multicast off
ip link set v0 up arp on
sleep 0.1
echo E >> m1
ip link set v0 mtu 60
sleep 0.1
ip netns add blue
ip addr add 10.0.0.1/24 dev v0
ip link set v1 up
ip link set v0 up
ip link set v0 netns blue
sleep 0.1
ip -n blue link set v0 netns 1
sleep 0.1
ip addr add 10.0.0.1/24 dev v1 label v1:5
ip link set v1 name zz
ip link set zz netns blue
sleep 0.1
kill $A
cat m1
