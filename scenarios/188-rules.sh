#!/bin/bash
# rules in all forms, their errors, filters and flush, and lookups that follow them
ip link set lo up; sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02; ip addr add 10.0.0.1/24 dev v0; ip link set v0 up; ip link set v1 up
ip route add default via 10.0.0.2
for i in 1 2 3 4; do ip neigh add 10.0.0.$i lladdr 02:00:00:00:00:09 dev v0 nud permanent; done
ip route get fibmatch 8.8.8.8 connected
ip rule
ip rule add from 10.0.0.1 lookup 100
ip rule add from 10.0.0.1 lookup 100
ip rule add from 10.0.0.0/24 to 10.1.0.0/16 tos 0x10 fwmark 5 iif v0 oif v1 lookup main pref 50
ip rule add fwmark 0x20/0xf0 blackhole
ip rule add not from 10.9.9.9 unreachable
ip rule add prohibit
ip rule add to 10.2.0.0/16 prohibit pref 7
ip rule add pref 8 goto 40000
ip rule add pref 9 goto 5
ip rule add pref 10 nop
ip rule add pref 11 iif nosuch lookup 7
ip rule add pref 12 lookup main suppress_prefixlength 0
ip rule add pref 13 lookup main suppress_ifgroup default
ip rule add pref 14 uidrange 0-1000 lookup 9
ip rule add pref 15 ipproto tcp sport 80 dport 100-200 lookup 9
ip rule add pref 16 ipproto 77 lookup default
ip rule add pref 17 realms 3/4 lookup 9
ip rule add pref 18 lookup 9 protocol static
ip rule add pref 19 l3mdev
ip rule add pref 20 tos 0x13 lookup 9
ip rule add pref 21 from 10.0.0.300 lookup 9
ip rule add pref 22 lookup nosuch
ip rule add pref x lookup 9
ip rule add pref 23 dsfield 0x10 lookup 9
ip rule add pref 24 fwmark 0 lookup 9
ip rule add pref 25 fwmark 0/0xff lookup 9
ip rule add pref 26 nat 1.2.3.4
ip rule add pref 27 foo
ip rule add pref 28 lookup 0
ip rule add pref 29 from 0/0 table 9
ip rule add pref 30 throw
ip rule add pref 0 lookup local
ip rule
ip -d rule; ip -j rule; ip -N rule; ip -o rule; ip -s rule
ip -j -p rule show table 9
ip rule show table 9 pref 14
ip rule list from 10.0.0.1
ip rule list to 10.1.0.0/16
ip rule list fwmark 5
ip rule list iif v0
ip rule list oif v1
ip rule list ipproto tcp
ip rule list sport 80
ip rule list tos 0x10
ip rule list uidrange 0-1000
ip rule list protocol static
ip rule list nosuch
ip rule del pref 7
ip rule del pref 7
ip rule del from 10.0.0.1
ip rule del
ip rule del lookup 9 pref 14
ip rule del lookup 99
ip rule del from 10.0.0.0/24 to 10.1.0.0/16 tos 0x10 fwmark 5 iif v0 oif v1 lookup main
ip rule add
ip rule
ip rule flush table 9
ip rule
ip rule flush
ip rule
ip rule add from all lookup main pref 32766
ip rule add from all lookup default pref 32767
ip rule del pref 0
ip route get 10.0.0.1
ip route get 127.0.0.1
ip -6 rule
ip rule show pref 5 pref 6
ip route add default via 10.0.0.3 table 100
ip route add 10.20.0.0/16 via 10.0.0.4 table 101
ip route add unreachable 10.21.0.0/16 table 101
ip route add throw 10.22.0.0/16 table 100
ip rule add pref 100 from 10.0.0.1 lookup 100
ip rule add pref 90 fwmark 7/0xf lookup 101
ip rule add pref 80 to 10.30.0.0/16 iif v0 prohibit
ip rule add pref 81 to 10.31.0.0/16 unreachable
ip rule add pref 82 to 10.32.0.0/16 blackhole
ip rule add pref 83 to 10.33.0.0/16 goto 32767
ip rule add pref 84 to 10.34.0.0/16 tos 0x10 lookup 100
ip rule add pref 85 uidrange 1000-2000 lookup 100
ip rule add pref 86 ipproto udp dport 53 lookup 100
ip rule add pref 87 not to 10.0.0.0/8 lookup 101
ip rule add pref 88 oif v1 lookup 100
ip rule
ip route get 9.9.9.9 from 10.0.0.1
ip route get 9.9.9.9
ip route get 10.20.0.1 mark 0x17
ip route get 10.20.0.1 mark 0x18
ip route get 10.21.0.1 mark 7
ip route get 10.22.0.1 from 10.0.0.1
ip route get 10.30.0.1
ip route get 10.30.0.1 from 10.0.0.9 iif v0
ip route get 10.31.0.1
ip route get 10.32.0.1
ip route get 10.33.0.1
ip route get 10.34.0.1 tos 0x10
ip route get 10.34.0.1
ip route get 10.35.0.1 uid 1500
ip route get 10.35.0.1 ipproto udp dport 53
ip route get 10.35.0.1 ipproto tcp dport 53
ip route get 10.0.0.1
ip route get 10.0.0.255
ping -c 1 -W 1 10.31.0.1
ping -c 1 -W 1 10.30.0.1
ping -c 1 -W 1 10.0.0.1
ip route show table all
