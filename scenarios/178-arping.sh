#!/bin/bash
# arping with its options. See: texts, numbers of packets, statuses, and what becomes of it when its device goes down.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns add b
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name eth1 address 02:00:00:00:00:0b netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth1
ip -n a link set eth0 up
ip -n b link set eth1 up
sleep 1.2
t() { ip netns exec a arping "$@"; echo "status $?"; }
t -c 2 -I eth0 10.0.0.2
t -b -c 2 10.0.0.2
t -f 10.0.0.2
t -c 1 -w 3 10.0.0.9
t -c 3 -w 5 -i 2 10.0.0.2
t -w 1 10.0.0.2
t -D -I eth0 10.0.0.2
t -D -c 1 -I eth0 10.0.0.9
t -q -c 1 10.0.0.2
t -U -c 1 -I eth0 10.0.0.1
t -A -c 1 -I eth0 -s 10.0.0.1 10.0.0.2
t -c 1 -s 10.0.0.7 10.0.0.2
t -c 1 -s nosuch 10.0.0.2
t -c 0 10.0.0.2
t -w -1 10.0.0.2
t -i 0.5 10.0.0.2
t -c 1 10.77.0.1
t -c 1 -I nosuch 10.0.0.2
t -c 1 -I lo 10.0.0.2
t -c 1 -I eth0 10.0.0.255
t -c 1 -I eth0 nosuch.example
t
t -z 10.0.0.2
ip -n a link add d0 address 02:00:00:00:00:d0 type veth peer name d1 address 02:00:00:00:00:d1
t -c 1 -I d0 10.0.0.2
ip netns exec a arping -c 3 -I eth0 10.0.0.2 &
sleep 0.5
ip -n a link set eth0 down
sleep 0.2
ip -n a link set eth0 up
wait $!
echo "status $?"
timeout -s INT 1.5 ip netns exec a arping 10.0.0.2
ip -n a -s link show eth0
