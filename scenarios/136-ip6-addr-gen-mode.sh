#!/bin/bash
# How a device makes its link-local address of IPv6. See: from its MAC address, from a secret, or not at all.
ip netns add a
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link add x0 type veth peer name x1
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip -n b link set v0 up
ip -n a link set v0 addrgenmode none
ip -n a -d link show v0
ip -n a link set v0 up
sleep 0.5
ip -n a -6 addr
ip -n a -6 route show table all
ip -n a link set v0 addrgenmode eui64
ip -n a -6 addr
ip -n a link set v0 addrgenmode stable_secret
ip netns exec a sysctl -w net.ipv6.conf.v0.addr_gen_mode=1
ip netns exec a sysctl -w net.ipv6.conf.v0.addr_gen_mode=0
sleep 2.5
ip -n a -6 addr
ip -n a link set v0 down
ip netns exec a sysctl net.ipv6.conf.v0.stable_secret
ip netns exec a sysctl -w net.ipv6.conf.v0.stable_secret=2001:0db8:0001:0002:0003:0004:0005:0006
ip netns exec a sysctl net.ipv6.conf.v0.addr_gen_mode
ip -n a link set v0 up
sleep 2.5
ip -n a -6 addr
ip -n a -d link show v0
ip -n a link set v0 down
ip -n a link set v0 addrgenmode none
ip -n a link set v0 up
ip -n a -6 addr
ip -n a addr add fe80::5/64 dev v0
sleep 2.5
ip -n a -6 addr
ip netns exec a sysctl net.ipv6.conf.v0.addr_gen_mode
ip -n a link set v0 address 02:00:00:00:00:0a
ip -n a -6 addr
ip -n a link set v0 addrgenmode nosuch
