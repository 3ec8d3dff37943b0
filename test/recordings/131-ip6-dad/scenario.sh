#!/bin/bash
# Duplicate address detection of IPv6. See: who has the address says so, and who comes later cannot use it; without detection, more solicitations, accept_dad.
ip netns add a
ip netns add b
ip -n b link add x0 type veth peer name x1
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
for n in a b; do ip netns exec $n sysctl -qw net.ipv6.conf.v0.router_solicitation_delay=0; done
ip -n a link set v0 up
ip -n b link set v0 up
sleep 3
ip -n a addr add 2001:db8::1/64 dev v0
ip -n a addr show dev v0
sleep 2.3
ip -n a addr show dev v0
ip -n b addr add 2001:db8::1/64 dev v0
sleep 2.3
ip -n b addr show dev v0
ip -n b -6 route show table local
ip -n b -6 route get 2001:db8::1
ip -n b addr del 2001:db8::1/64 dev v0
ip netns exec b sysctl -w net.ipv6.conf.v0.accept_dad=0
ip -n b addr add 2001:db8::3/64 dev v0
ip -n b -6 addr show dev v0
ip netns exec b sysctl -w net.ipv6.conf.v0.accept_dad=1 net.ipv6.conf.v0.dad_transmits=0
ip -n b addr add 2001:db8::4/64 dev v0
sleep 1.3
ip -n b -6 addr show dev v0
ip netns exec b sysctl -w net.ipv6.conf.v0.dad_transmits=2
ip -n b addr add 2001:db8::5/64 dev v0
sleep 3.5
ip -n b -6 addr show dev v0
ip -n b addr add 2001:db8::1/64 dev v0 valid_lft 100 preferred_lft 100
sleep 2.3
ip -n b -6 addr show dev v0
ip netns exec a sysctl -w net.ipv6.conf.v0.ndisc_notify=1
ip -n a addr add 2001:db8::6/64 dev v0
sleep 2.3
ip -n a -6 addr show dev v0
ip -n b -6 neigh
