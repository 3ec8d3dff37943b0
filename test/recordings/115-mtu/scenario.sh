#!/bin/bash
# The MTU of a veth. See: from 68 to 65535, each end its own; lo takes more; the packet size that ping may send without
# fragments follows from it, and "-M do" refuses more with "message too long".
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 mtu 1400 address 02:00:00:00:00:01 type veth peer name v1 mtu 1300 address 02:00:00:00:00:02
ip -o link
ip link set v0 mtu 67
ip link set v0 mtu 68
ip link set v0 mtu 65535
ip link set v0 mtu 65536
ip link set v0 mtu 0
ip link set v0 mtu nine
ip link set lo mtu 70000
ip -o link
ip link add w0 mtu 60 type veth peer name w1
ip link set v0 mtu 1200
ip link set v1 mtu 1200
ip link set v1 netns b
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b link set v1 up
ip -n b link show v1
ping -c 1 -s 1172 10.0.0.2
ping -c 1 -M do -s 1172 10.0.0.2
ping -c 1 -M do -s 1173 10.0.0.2
ip -s link show v0
cat /sys/class/net/v0/mtu
