#!/bin/bash
# Limits and wrong values of link attributes, for a veth and for lo. See: which of them the tool refuses and which the kernel, MTUs at their
# ends, sizes of segments, addresses that are none, names that cannot be.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add va address 02:00:00:00:00:01 type veth peer name vb address 02:00:00:00:00:02
ip link set va gso_max_size 1000
ip link set va gso_max_segs 10
ip link set va gro_max_size 1000
ip -d link show va
ip link set va gso_max_size 600000
ip link set va gso_max_segs 70000
ip link set va gro_max_size 600000
ip link set va gso_ipv4_max_size 1000
ip link set va gro_ipv4_max_size 1000
ip -d link show va
ip link set va protodown on
ip link show va
ip -d link show va
ip link set va up
ip link set va protodown off
ip link set va up
ip link set va mtu 67
ip link set va mtu 65536
ip link set va mtu foo
ip link set va mtu -1
ip link set va mtu 65535
ip link set lo mtu 0
ip link set lo mtu 2147483648
ip link set lo mtu 70000
ip link show lo
ip link set lo name loo
ip link
ip link set loo down
ip link set loo up
ip link set loo alias "xx"
ip link set loo address 02:00:00:00:00:09
ip link set loo group 3
ip link set loo promisc on
ip -d link show loo
ip link set loo arp off
ip link set loo multicast on
ip link set loo netns nosuch
ip link set loo carrier off
ip link set loo carrier on
ip link show loo
ip link del loo
ip link set va address 01:00:00:00:00:01
ip link set va address 00:00:00:00:00:00
ip link set va address 02:00
ip link set va address foo
ip link set va address 02:00:00:00:00:aa
ip link set va broadcast ff:ff:ff:ff:ff:fe
ip link set va brd 01:02:03:04:05:06
ip link show va
ip link set va peer 02:00:00:00:00:ab
ip link set va broadcast ff
ip link set va up down
ip link show va
ip link set va down up
ip link show va
ip link set va master vb
ip link set va master nosuch
ip link set va nomaster
ip link set va netns 999999
ip link set va netns /nosuch
ip link set va vrf vb
ip link set va vrf nosuch
ip link set va link-netnsid 5
ip link set va link-netns foo
ip link set va type veth
ip link set va type veth peer foo
ip link set va type bridge
ip link set va type foo
ip link set va
ip link set
ip link set nosuch up
ip link set va foo
ip link set va mtu
ip link set va arp
ip link set va arp foo
ip link set va arp ON
ip link set va multicast foo
ip link set va promisc maybe
ip link set va group foo
ip link set va group 4294967295
ip link show va
ip link show group 4294967295
ip link set va txqueuelen foo
ip link set va txqueuelen -1
ip link set va txqueuelen 4294967295
ip link set va txqueuelen 2147483648
ip link show va
ip link set va alias
ip link set va alias 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789
ip link set va name ""
ip link set va name "x y"
ip link set va name x/y
ip link set va name x:y
ip link set va name 0123456789abcdef
ip link set va name 0123456789abcde
ip link show 0123456789abcde
ip link set dev 0123456789abcde name all
ip link set dev 0123456789abcde name default
ip link set dev 0123456789abcde name .
ip link set 0123456789abcde index 5
ip link set dev
ip link set dev va dev vb up
ip link set name q dev 0123456789abcde
ip link
ip link change q up
ip link chg q down
ip link replace q up
ip link set q up mtu 1300 name w txqueuelen 10
ip link show w
