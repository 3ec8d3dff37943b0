#!/bin/bash
# ifconfig's link part. See: flags switched on and off, numbers refused, hardware addresses, what is accepted without effect, short listings.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip netns add n; ip link add w0 type veth peer name w1 netns n
sleep 1.2
ifconfig v0 up
ifconfig v0 mtu 1300
ifconfig v0 txqueuelen 20
ifconfig v0 hw ether 02:00:00:00:00:77
ifconfig v0 promisc
ifconfig v0 allmulti
ifconfig v0 -arp
ifconfig v0 multicast
ifconfig v0 -multicast
ifconfig v0
ip link show v0
ifconfig v0 -promisc -allmulti arp multicast
ifconfig v0
ifconfig v0 mtu 20
ifconfig v0 mtu 100000
ifconfig v0 mtu foo
ifconfig v0 hw ether foo
ifconfig v0 hw foo 02:00:00:00:00:01
ifconfig v0 hw ether 01:00:00:00:00:01
ifconfig v0 dynamic
ifconfig v0 trailers
ifconfig v0 -trailers
ifconfig v0 down
ifconfig v0
ifconfig nosuch
ifconfig -s
ifconfig -a -s
ifconfig -v v0
ifconfig v0 txqueuelen -1
ifconfig v0 txqueuelen foo
ifconfig v0 irq 5
ifconfig v0 io_addr 5
ifconfig v0 mem_start 5
ifconfig v0 media aui
ifconfig v0 outfill 5
ifconfig v0 keepalive 5
ifconfig v0 -pointopoint
ifconfig v0 media foo
ifconfig v0 multicast promisc allmulti -arp dynamic up
ifconfig -s
ifconfig lo
ifconfig lo up
ifconfig -a -s
ip link show v0
ifconfig v0 name foo
ifconfig foo
