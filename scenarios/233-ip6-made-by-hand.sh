#!/bin/bash
# Frames of IPv6 made by hand: unknown protocols and options, routing headers, bad addresses and lengths, fragments; groups that addresses join, anycast addresses, proxies of neighbour discovery.
ip netns add a; ip netns add b
for n in a b; do ip -n $n link set lo up; ip netns exec $n sysctl -qw net.ipv6.conf.default.router_solicitations=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0; done
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v1 netns b address 02:00:00:00:00:02
ip -n a link set v0 up; ip -n b link set v1 up
sleep 2.3
ip -n a addr add 2001:db8::1/64 dev v0 nodad
ip -n b addr add 2001:db8::2/64 dev v1 nodad
ip netns exec a ping -c 1 2001:db8::2
A=20010db8000000000000000000000001
B=20010db8000000000000000000000002
L=00000000000000000000000000000001
M=ff020000000000000000000000000001
s() { ip netns exec a rawsend v0 02:00:00:00:00:02 02:00:00:00:00:01 86dd $1; }
sm() { ip netns exec a rawsend v0 33:33:00:00:00:01 02:00:00:00:00:01 86dd $1; }
# unknown next header 200
s 60000000000cc840${A}${B}000102030405060708090a0b
# no next header 59
s 6000000000043b40${A}${B}00010203
# hop-by-hop with unknown option 0xc1 (send parameter problem)
s 6000000000100040${A}${B}3a00c10401020304800000000001000100
# hop-by-hop: skip option
s 6000000000100040${A}${B}3b0001040000000000000000000000
# destination options unknown 0x80
s 6000000000083c40${A}${B}3b00800400000000
# routing header type 0, segments left 1
s 6000000000182b40${A}${B}3b020001000000${B}
# source is loopback
s 6000000000083b40${L}${B}0001020304050607
# destination is loopback
s 6000000000083b40${A}${L}0001020304050607
# source is multicast
s 6000000000083b40${M}${B}0001020304050607
# version 5
s 5000000000083b40${A}${B}0001020304050607
# truncated: payload length too large
s 6000000001003b40${A}${B}0001020304050607
# hop limit 0 for us
s 6000000000083b00${A}${B}0001020304050607
# bad icmp checksum
s 6000000000083a40${A}${B}8000ffff00010001
# udp to closed port, no checksum
s 6000000000081140${A}${B}0400040000080000
# tcp syn
s 6000000000140640${A}${B}040000160000000000000000500220000000
# a fragment that never completes, and one of bad length
s 6000000000102c40${A}${B}3a000001000000010001020304050607
s 6000000000112c40${A}${B}3a00000100000002000102030405060708
# to a group: unknown next header
sm 600000000008c840${A}${M}0001020304050607
# for another host, no forwarding
s 6000000000083b40${A}20010db8000000000000000000000077${L:0:16}
sleep 0.3
ip netns exec b nstat -az | grep -E '^(Ip6|Icmp6)' | grep -v ' 0  *0.0'
ip netns exec b ip -s link show v1
ip -n b -6 neigh
ip -n a -6 neigh
ip -n b addr add ff02::1234/128 dev v1 autojoin
ip -n b addr add 2001:db8::5/64 dev v1 autojoin
ip -n b addr add ff05::1234/128 dev v1
ip -n b -6 maddr show dev v1
ip netns exec b sysctl -w net.ipv6.conf.all.forwarding=1 net.ipv6.conf.all.proxy_ndp=1 net.ipv6.neigh.v1.proxy_delay=0
ip -n b neigh add proxy 2001:db8::50 dev v1
ip -n b -6 maddr show dev v1
ip netns exec b cat /proc/net/anycast6
ip netns exec a ping -c 1 -W 0.5 2001:db8::50
ip -n a -6 neigh show 2001:db8::50
ip -n b addr del ff02::1234/128 dev v1
ip -n b link set v1 arp off
ip -n b -6 neigh
ip -n b link set v1 arp on
ip -n b link set v1 down
ip -n b -6 maddr show dev v1
ip -n b -6 neigh show proxy
