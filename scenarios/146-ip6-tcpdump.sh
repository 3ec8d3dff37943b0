#!/bin/bash
# IPv6 in tcpdump. See: neighbour discovery, echoes and fragments with and without -v, filters on addresses, nets and types.
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip link set v0 up
ip -n b link set v1 up
sleep 2.2
ip addr add 2001:db8::1/64 dev v0 nodad
ip -n b addr add 2001:db8::2/64 dev v1 nodad
sleep 2.2
tcpdump -n -i v0 -w all.pcap 2> /dev/null &
sleep 0.5
ping -q -c 1 2001:db8::2
ping -q -c 1 -s 2000 2001:db8::2
sleep 0.6
ping -q -c 1 fe80::ff:fe00:2%v0
ping -q -c 1 -t 3 -Q 0x20 ff02::1%v0
ping -q -c 1 -W 0.3 2001:db8::77
sleep 3.5
kill -INT %1
wait
tcpdump -n -r all.pcap 2> /dev/null | sed 's/^[0-9:.]* //'
tcpdump -v -n -r all.pcap 2> /dev/null | sed 's/^[0-9:.]* //'
tcpdump -e -n -r all.pcap icmp6 2> /dev/null | sed 's/^[0-9:.]* //'
tcpdump -n -r all.pcap host 2001:db8::2 2> /dev/null | wc -l
tcpdump -n -r all.pcap src host 2001:db8::2 2> /dev/null | wc -l
tcpdump -n -r all.pcap net fe80::/10 2> /dev/null | wc -l
tcpdump -n -r all.pcap dst net ff02::/16 2> /dev/null | wc -l
tcpdump -n -r all.pcap ip6 multicast 2> /dev/null | wc -l
tcpdump -n -r all.pcap 'icmp6[0] == 135' 2> /dev/null | sed 's/^[0-9:.]* //'
tcpdump -n -r all.pcap 'icmp6[icmp6type] == icmp6-neighboradvert' 2> /dev/null | sed 's/^[0-9:.]* //'
tcpdump -n -r all.pcap 'ip6[6] == 44' 2> /dev/null | wc -l
tcpdump -n -r all.pcap 'ip6 proto 58 and not host 2001:db8::1' 2> /dev/null | wc -l
tcpdump -n -r all.pcap ip host 2001:db8::1
tcpdump -n -r all.pcap net 2001:db8::1/64
tcpdump -n -r all.pcap host 2001:db8::/64
sleep 7
