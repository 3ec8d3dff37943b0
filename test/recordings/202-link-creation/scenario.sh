#!/bin/bash
# Ways to make and show links. See: names and numbers that the kernel chooses, numbers that are wished for, queues, attributes of either end,
# groups deleted, the filters and forms of 'ip link show'.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add type veth
ip link show | sed 's/link.ether .*//'
ip link add foo type veth
ip link add type veth peer name bar
ip link show | sed 's/link.ether .*//'
ip link add x%d type veth peer name y%d
ip link add x%d type veth peer name x%d
ip link show | sed 's/link.ether .*//'
ip link add index 77 name q type veth peer name r index 78
ip link add index 77 name q1 type veth peer name r1
ip link add q1 type veth peer name r1 index 78
ip -br link | awk '{print $1,$2,$4}'
ip link add index 0 name q3 type veth
ip link add index -1 name q4 type veth
ip link add index foo name q5 type veth
ip link add q6 numtxqueues 4 numrxqueues 3 type veth peer name q7 numtxqueues 1 numrxqueues 2
ip -d link show q6 | sed 's/link.ether .*//'
ip -d link show q7 | sed 's/link.ether .*//'
ip link add q8 numtxqueues 0 type veth
ip link add q9 numtxqueues 5000 type veth
ip link add q10 gso_max_size 1000 type veth peer name q11
ip -d link show q10 | sed 's/link.ether .*//'
ip -d link show q11 | sed 's/link.ether .*//'
ip link add q12 up type veth peer name q13 up
ip link add q14 mtu 1400 txqueuelen 50 group 3 alias hi type veth peer name q15
ip -d link show q14 | sed 's/link.ether .*//'
ip -d link show q15 | sed 's/link.ether .*//'
ip link del group 3
ip link del group 3
ip link del group 77
ip link del q12 type veth
ip link del q6 type bridge
ip link del q6
ip link del nosuch
ip link del
ip link add
ip link add foo
ip link add dev foo bar type veth
ip link add foo2 type
ip link add foo2 type veth peer
ip link add foo2 type veth peer foo3
ip link add foo3 type veth foo
ip link show type veth | sed 's/link.ether .*//'
ip link show type bridge
ip link show type foo
ip link show up
ip link show master q10
ip link show master nosuch
ip link show vrf nosuch
ip link show vrf q10
ip link show nomaster | sed 's/link.ether .*//'
ip link show dev lo
ip link show lo up
ip link show lo foo
ip link show nosuch
ip link list lo
ip link lst lo
ip link l lo
ip link sh lo
ip link ls lo
ip l s lo
ip lin lo
ip link foo
ip -br link show lo
ip -br -d link show lo
ip -o link show lo
ip -o -d -s link show lo
ip -j link show lo
ip -j -p link show lo
ip -s link show lo
ip -s -s link show lo
ip -s -h link show lo
ip -s -h -iec link show lo
ip -d link show lo
ip -j -s -s -d link show lo
ip -c link show lo
ip -c=never link show lo
ip -c -br link show lo
ip -4 link show lo
ip -6 link show lo
ip -0 link show lo
ip -M link show lo
ip -B link show lo
ip -f inet link show lo
ip -f foo link show lo
ip -l 5 link show lo
ip -rc 5 link show lo
ip -r link show lo
ip -N link show lo
ip -V
