#!/bin/bash
# IPv6 addresses that grow old. See: they are shunned, then they go; what their routes do.
ip netns add a
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link add x0 type veth peer name x1
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip -n b link set v0 up
ip -n a link set v0 up
sleep 2.5
ip -n a addr add 2001:db8::1/64 dev v0 nodad valid_lft 6 preferred_lft 3
ip -n a addr add 2001:db8::2/64 dev v0 nodad
ip -n a addr add 2001:db8:1::1/64 dev v0 nodad valid_lft 60 preferred_lft 40
ip -n a -6 route get 2001:db8::99
sleep 1.5
ip -n a -6 addr show dev v0
ip -n a -6 route
sleep 3
ip -n a -6 addr show dev v0
sleep 3.5
ip -n a -6 addr show dev v0
ip -n a -6 route
ip -n a addr del 2001:db8:1::1/64 dev v0
ip -n a -6 route
ip -n a addr change 2001:db8::2/64 dev v0 valid_lft 50 preferred_lft 0
ip -n a -6 addr show dev v0
ip -n a addr change 2001:db8::2/64 dev v0 valid_lft forever preferred_lft 30
ip -n a -6 addr show dev v0
ip -n a -6 route del 2001:db8:1::/64
ip -n a -6 route
