#!/bin/bash
# ping over IPv6 on one link. See: scopes, groups, fragments, own addresses, nobody there, sysctls of echo.
ip netns add a
ip netns add b
ip -n b link add x0 type veth peer name x1
ip link add v0 netns a address 02:00:00:00:00:01 type veth peer name v0 netns b address 02:00:00:00:00:02
ip netns exec a sysctl -qw net.ipv6.neigh.v0.base_reachable_time_ms=400000
ip netns exec b sysctl -qw net.ipv6.neigh.v0.base_reachable_time_ms=400000
ip -n a link set lo up
ip -n a addr add 2001:db8::1/64 dev v0 nodad
ip -n b addr add 2001:db8::2/64 dev v0 nodad
ip -n a link set v0 up
ip -n b link set v0 up
sleep 3.5
ip netns exec a ping -c 2 -i 0.3 2001:db8::2
ip netns exec a ping -c 1 fe80::ff:fe00:2%v0
ip netns exec a ping -c 1 -I v0 fe80::ff:fe00:2
ip netns exec a ping -c 1 -W 1.2 fe80::ff:fe00:2
ip netns exec a ping -c 1 -W 1.2 fe80::ff:fe00:2%nosuch
ip netns exec a ping -L -c 1 ff02::1%v0
ip netns exec a ping -c 1 -W 1.2 ff02::77%v0
ip netns exec a ping -c 1 2001:db8::1
ip netns exec a ping -c 1 ::1
ip netns exec a ping -c 1 2001:db8:5::1
ip netns exec a ping -c 1 -s 2000 2001:db8::2
ip netns exec a ping -c 1 -s 2000 -M do 2001:db8::2
ip netns exec a ping -c 1 -I 2001:db8::1 2001:db8::2
ip netns exec a ping -c 1 -I 2001:db8::9 2001:db8::2
ip netns exec b sysctl -w net.ipv6.icmp.echo_ignore_multicast=1
ip netns exec a ping -L -c 1 -W 1.2 ff02::1%v0
ip netns exec b sysctl -w net.ipv6.icmp.echo_ignore_all=1
ip netns exec a ping -c 1 -W 1.2 2001:db8::2
ip netns exec b sysctl -w net.ipv6.icmp.echo_ignore_all=0
ip netns exec b sysctl -w net.ipv6.conf.v0.hop_limit=33
ip netns exec a ping -c 1 2001:db8::2
ip netns exec a ping -c 1 -t 9 2001:db8::2
sleep 6.5
ip -n a -6 neigh
ip -n b -6 neigh
