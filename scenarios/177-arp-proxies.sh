#!/bin/bash
# A router that answers for others. See: proxy entries with and without a device, by ip(8) and by arp(8), proxy_arp on either side,
# proxy_arp_pvlan, media, and which entries a lost carrier takes along.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add r
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link set lo up
ip netns exec r sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n r link set lo up
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link set lo up
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name ra address 02:00:00:00:00:f1 netns r
ip -n b link add eth0 address 02:00:00:00:00:0b type veth peer name rb address 02:00:00:00:00:f2 netns r
ip -n a addr add 10.1.1.1/16 dev eth0
ip -n b addr add 10.1.2.1/16 dev eth0
ip -n r addr add 10.1.1.254/24 dev ra
ip -n r addr add 10.1.2.254/24 dev rb
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n r link set ra up
ip -n r link set rb up
ip netns exec r sysctl -w net.ipv4.ip_forward=1 net.ipv4.neigh.ra.proxy_delay=0 net.ipv4.neigh.rb.proxy_delay=0
ip -n r neigh add proxy 10.1.2.1 dev ra
ip -n r neigh add proxy 10.1.1.1
ip -n r neigh add proxy 10.1.2.7 dev ra protocol static router
ip -n r neigh show proxy
ip -n r -j neigh show proxy dev ra
ip -n r neigh get proxy 10.1.1.1
ip -n r neigh get proxy 10.1.1.9 dev rb
ip -n r neigh del proxy 10.1.2.7
ip -n r neigh del proxy 10.1.2.7 dev ra
ip netns exec a ping -c 1 -W 1 10.1.2.1
ip -n a neigh
ip -n b neigh
ip netns exec r cat /proc/net/arp
ip -n r neigh del proxy 10.1.1.1
ip netns exec r arp -Ds 10.1.1.1 rb pub
ip netns exec r arp -s 10.1.1.5 02:00:00:00:00:f2 pub
ip netns exec r arp -n
ip netns exec r arp -v -d 10.1.1.5
ip netns exec r arp -d 10.1.1.5 dev rb
ip -n b neigh flush all
ip netns exec a ping -c 1 -W 1 10.1.2.1
ip -n r neigh add proxy 10.1.1.2 dev rb nud stale
ip -n r neigh add proxy 10.1.1.3 dev rb
ip -n b link set eth0 down
sleep 1.3
ip -n r neigh show proxy
ip -n r link set rb down
ip -n r neigh show proxy
ip -n r link set rb up
ip -n b link set eth0 up
ip netns exec r sysctl -w net.ipv4.conf.ra.proxy_arp_pvlan=1
ip netns exec a arping -q -f -w 1 -I eth0 10.1.1.77; echo $?
ip netns exec r sysctl -w net.ipv4.conf.ra.proxy_arp_pvlan=0 net.ipv4.conf.all.proxy_arp=1
ip netns exec a arping -q -f -w 1 -I eth0 10.1.2.99; echo $?
ip netns exec r sysctl -w net.ipv4.conf.ra.medium_id=3 net.ipv4.conf.rb.medium_id=3
ip netns exec a arping -q -f -w 1 -I eth0 10.1.2.99; echo $?
ip netns exec r sysctl -w net.ipv4.conf.rb.medium_id=4
ip netns exec a arping -q -f -w 1 -I eth0 10.1.2.99; echo $?
ip -n r -s neigh show dev ra | cut -d' ' -f1-4
