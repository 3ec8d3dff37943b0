#!/bin/bash
# Deleting a namespace. See: its end of a pair is destroyed and takes the other end with it, addresses, routes and neighbours
# included; two ends inside the namespace vanish silently; the name can be used again and the new namespace is empty.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add va address 02:00:00:00:00:0a type veth peer name pa address 02:00:00:00:00:1a netns a
ip -n a link add x address 02:00:00:00:00:2a type veth peer name y address 02:00:00:00:00:3a netns b
ip -n a link add m address 02:00:00:00:00:4a type veth peer name n address 02:00:00:00:00:5a
ip addr add 10.0.0.1/24 dev va
ip link set va up
ip -n a addr add 10.0.0.2/24 dev pa
ip -n a link set pa up
ip netns list
ip -o link
ip -n b -o link
ping -c 1 10.0.0.2
ip neigh
ip netns del a
sleep 0.5
ip netns list
ip -o link
ip -n b -o link
ip route
ip neigh
ip addr
ping -c 1 -W 1.5 10.0.0.2
ip netns exec a true
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a -o link
ip -n a addr
