#!/bin/bash
# Ping's words: arguments out of range, not numbers, or unknown, and what each costs; addresses in old notations; -v, -e, -N, -p, -Q.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n b link set lo up
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 brd + dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 brd + dev v1
ip -n b addr add 10.0.0.3/24 brd + dev v1
ip -n b link set v1 up
ip neigh add 10.0.0.66 lladdr 02:00:00:00:00:66 dev v0
sleep 0.1
ping -c 0 10.0.0.2
ping -c 0x1 10.0.0.2
ping -c 99999999999999999999 10.0.0.2
ping -c ' 1' 10.0.0.2
ping -i x -c 1 10.0.0.2
ping -i 1e-1 -c 1 10.0.0.2
ping -i inf -c 2 10.0.0.2
ping -i 2147484 -c 1 10.0.0.2
ping -W x -c 1 10.0.0.2
ping -W -1 -c 1 10.0.0.2
ping -w -1 -c 1 10.0.0.2
ping -t 256 -c 1 10.0.0.2
ping -t 0 -c 1 10.0.0.2
ping -s -1 -c 1 10.0.0.2
ping -Q 0x100 -c 1 10.0.0.2
ping -Q x -c 1 10.0.0.2
ping -Q 0xff -c 1 10.0.0.2
ping -M probe -c 1 10.0.0.2
ping -l 0 -c 1 10.0.0.2
ping -S 0 -c 1 10.0.0.2
ping -m x -c 1 10.0.0.2
ping -N foo -c 1 10.0.0.2
ping -N name -c 1 10.0.0.2
ping -T foo 10.0.0.2
ping -R -T tsonly 10.0.0.2
ping -4 -6 10.0.0.2
ping -p zz -c 1 10.0.0.2
ping -p 1 -c 1 10.0.0.2
ping -p 0123456789abcdef0123456789abcdef01 -c 1 10.0.0.2
ping -e 65536 10.0.0.2
ping -e 0 -v -c 1 10.0.0.2
ping -v -4 -c 1 10.0.0.2
ping -z 2>&1 | head -2
ping -c
ping
ping -V
ping 10.0.0.2 -c 1 -q
ping -qc1 -i.2 -W1 10.0.0.2
ping -c 1 10.0.2
ping -c 1 0x0a000002
ping -c 1 167772162
ping -c 1 012.0.0.2
ping -c 1 10.0.0.256
ping -c 1 ''
ping -c 1 0
ping -I 10.0.0.9 -c 1 10.0.0.2
ping -I nosuch -c 1 10.0.0.2
ping -I v0 -I 10.0.0.1 -c 1 10.0.0.2
ping -c 1 10.0.0.2 10.0.0.2
ping -c 1 -s 65507 10.0.0.2
ping -c 1 -s 65508 -W 0.5 10.0.0.2
ping -c 1 -s 65528 -W 0.5 10.0.0.2
