#!/bin/bash
# The policy table of source addresses, tokens, hop limits, counters of IPv6 in netstat and ip; one token makes a device ask for routers.
ip netns add h; ip netns add g
ip link add u1 netns h address 02:00:00:00:01:01 type veth peer name e1 netns g address 02:00:00:00:01:02
ip -n h link set lo up; ip -n g link set lo up
ip -n h link set u1 up; ip -n g link set e1 up
sleep 3.2
ip -n h addr add 2001:db8:1::1/64 dev u1 nodad
ip -n h addr add 2001:db8:1::2/64 dev u1 nodad
ip -n h addr add fd00:1::1/64 dev u1 nodad
ip -n g addr add 2001:db8:1::99/64 dev e1 nodad
ip -n g addr add fd00:1::99/64 dev e1 nodad
ip -n h -6 route get 2001:db8:1::99
ip -n h -6 route get fd00:1::99
ip -n h addr change 2001:db8:1::2/64 dev u1 preferred_lft 0
ip -n h -6 addr show dev u1
ip -n h -6 route get 2001:db8:1::99
ip -n h addrlabel add prefix fd00:1::/64 label 1
ip -n h addrlabel add prefix 2001:db8:1::99/128 label 5
ip -n h -6 route get 2001:db8:1::99
ip -n h -6 route get 2001:db8:1::98
ip netns exec h ping -c 1 2001:db8:1::99
ip -n h addrlabel flush
ip -n h -6 route get 2001:db8:1::99
ip netns exec h ping -c 1 -I fd00:1::1 fd00:1::99
ip netns exec h ping -c 1 -I fd00:1::7 fd00:1::99
ip netns exec h ping -c 1 -I 2001:db8:1::2 fd00:1::99
ip netns exec h sysctl -w net.ipv6.conf.u1.hop_limit=33
ip netns exec g ping -c 1 2001:db8:1::1
ip netns exec h ping -c 1 2001:db8:1::1
ip -n h -6 route add 2001:db8:9::/64 via 2001:db8:1::99 hoplimit 9
ip -n g addr add 2001:db8:9::1/128 dev lo
ip netns exec h ping -c 1 2001:db8:9::1
ip netns exec h ping -c 1 -t 77 2001:db8:9::1
ip -n h -6 route
ip -n h -6 neigh
ip -n g -6 neigh
ip -n h -s -6 neigh
ip -n h token
ip -n h token set ::1234 dev u1
ip -n h token list
ip -n h token list dev u1
ip -n h token get dev u1
ip -n h -j token
ip -n h token set 2001::1 dev u1
ip -n h token set ::5 dev lo
ip -n h token del dev u1
ip -n h token
ip token help
ip -n h addrlabel
ip -n h addrlabel add prefix 2001:db8::/32 label 99
ip -n h addrlabel add prefix 2001:db8::/32 label 98
ip -n h addrlabel add prefix 2001:db8:1::/48 label 97 dev u1
ip -n h addrlabel list
ip -n h addrlabel del prefix 2001:db8::/32 label 98
ip -n h addrlabel del prefix 2001:db8::/32
ip -n h addrlabel del prefix 2001:db8::/32
ip -n h addrlabel
ip -n h addrlabel flush
ip -n h addrlabel
ip addrlabel help
ip -n h -6 maddr
ip -n h maddr add 33:33:00:00:00:77 dev u1
ip -n h maddr show dev u1
ip -n h -s -6 addr
ip -n h -d -6 addr show u1
ip -n h -6 -s -s addr show u1
ip -n h -6 netconf
ip -n h -6 ntable show dev u1
ip netns exec h netstat -s6
ip netns exec h netstat -s6u
ip netns exec h netstat -s -4 -6
ip netns exec h sysctl -w net.ipv6.conf.u1.stable_secret=2001:db8::1
ip netns exec h sysctl net.ipv6.conf.u1.stable_secret
