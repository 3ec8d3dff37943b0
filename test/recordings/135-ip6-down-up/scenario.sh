#!/bin/bash
# Devices that lose IPv6. See: what is left when one goes down, moves, shrinks or is switched off by sysctl, and what comes back.
ip netns add a
ip netns add b
ip netns add c
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link add x0 type veth peer name x1
ip -n a link set lo up
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip -n b link set v0 up
ip -n a link set v0 up
ip -n a addr add 2001:db8::1/64 dev v0
sleep 2.5
ip -n a -6 addr
ip -n a link set v0 down
ip -n a -6 addr
ip -n a -6 route show table all
ip netns exec a sysctl -w net.ipv6.conf.v0.keep_addr_on_down=1
ip -n a link set v0 up
ip -n a addr add 2001:db8:1::1/64 dev v0
ip -n a addr add 2001:db8:2::1/64 dev v0 nodad
ip -n a addr add 2001:db8:3::1/64 dev v0 nodad valid_lft 100 preferred_lft 100
sleep 2.5
ip -n a link set v0 down
ip -n a -6 addr
ip -n a -6 route show table all
ip -n a link set v0 up
sleep 2.5
ip -n a -6 addr
ip -n a -6 route show table all
ip netns exec a sysctl -w net.ipv6.conf.v0.disable_ipv6=1
ip -n a -6 addr
ip -n a -6 route show table all
ip -n a addr add 2001:db8:9::1/64 dev v0
ip netns exec a sysctl -w net.ipv6.conf.v0.disable_ipv6=0
sleep 2.5
ip -n a -6 addr
ip netns exec a sysctl -w net.ipv6.conf.all.disable_ipv6=1
ip -n a -6 addr
ip -n a -6 route show table all
ip netns exec a ping -c 1 ::1
ip netns exec a sysctl -w net.ipv6.conf.all.disable_ipv6=0
sleep 2.5
ip -n a -6 addr
ip -n a link set v0 mtu 1279
ip -n a -6 addr
ip -n a -6 route show table all
ip -n a addr add 2001:db8:9::1/64 dev v0
ip -n a link set v0 mtu 1280
sleep 2.5
ip -n a -6 addr
ip -n a link set v0 netns c
ip -n a -6 route show table all
ip -n c -6 addr
ip -n c link set v0 up
sleep 2.5
ip -n c -6 addr
ip -n c link del v0
ip -n c -6 route show table all
ip -n a link set lo down
ip -n a -6 addr
ip -n a -6 route show table all
