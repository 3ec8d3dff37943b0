#!/bin/bash
# Routes, addresses and rules are saved and restored. See: what each file holds, in which order routes come back, which refusals end it,
# and that rules without NLM_F_EXCL repeat; ranges that a rule may not have; metrics that route(8) sets; how ss(8) reads a filter.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up; ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.0.2/24 dev v0
ip addr add 10.1.0.1/24 dev v1
ip route add 10.5.0.0/16 via 10.0.0.9
ip route add 10.6.0.0/16 via 10.0.0.9 metric 5 mtu 1000 proto static
ip route add 10.7.0.0/16 dev v1
ip route add blackhole 10.8.0.0/16
ip route add 10.9.0.0/16 nexthop via 10.0.0.9 nexthop via 10.1.0.9 weight 3
ip route add 10.10.0.0/16 via 10.1.0.9 table 77
ip rule add from 10.0.0.0/8 table 77 pref 50
ip rule add fwmark 3 table 78 pref 60
ip route save > /tmp/routes
wc -c < /tmp/routes
ip route save table 77 > /tmp/routes77
wc -c < /tmp/routes77
ip route save table all | wc -c; echo $?
ip route save proto static | wc -c; echo $?
ip addr save > /tmp/addrs
wc -c < /tmp/addrs
ip rule save > /tmp/rules
wc -c < /tmp/rules
head -c 4 /tmp/routes | od -An -tx1
head -c 4 /tmp/addrs | od -An -tx1
head -c 4 /tmp/rules | od -An -tx1
ip route flush table main; ip route flush table 77; ip rule del pref 50; ip rule del pref 60
ip route
ip route restore < /tmp/routes; echo $?
ip route
ip route restore < /tmp/routes77; echo $?
ip route show table 77
ip rule restore < /tmp/rules; echo $?
ip rule
ip route restore < /tmp/routes; echo $?
ip route restore < /tmp/addrs; echo $?
cat /tmp/routes | ip route restore; echo $?
ip addr flush dev v0; ip addr flush dev v1
ip addr restore < /tmp/addrs; echo $?
ip addr
ip addr restore < /tmp/addrs; echo $?
ip addr restore < /tmp/rules; echo $?
ip rule restore < /tmp/addrs; echo $?
ip route restore < /dev/null; echo $?
ip route flush table main
ip link set v1 down
ip route restore < /tmp/routes; echo $?
ip route
head -c 30 /tmp/addrs | ip addr restore; echo $?
for range in "sport 0-5" "dport 9-5" "dport 5-65535" "uidrange 9-5"; do ip rule add $range table 9; echo $?; done
ip rule del dport 9-5; echo $?
ip rule add from 10.0.0.0/8 l3mdev table 9; echo $?
ip link set v1 up
route add -net 10.12.0.0/16 gw 10.0.0.9 mss 500 window 1000 irtt 30
ip route show 10.12.0.0/16
ip route add 10.13.0.0/16 dev v0 realm 5
ip route add 10.14.0.0/16 dev v0 realm 6/7
for r in 5 7 6/ 6/7 0/ /7; do ip route show realm $r; done
ip netns add a
ip link set v0 link-netns a; echo $?
ip netns list
ss -tn state established '( sport = :22 or dport = :5 )'
ss -un 'sport = :22' or dport 5
ss -t exclude established
ss -t state nosuch; echo $?
ss -ua sport = nosuch; echo $?
ss -N nosuch; echo $?
netstat -4 -an
netstat -6 -n
ifconfig v1 240.1.2.3; ip -br addr show v1
