#!/bin/bash
# addresses: subnets shared by several, promotion of secondaries, peers, broadcasts, scopes, labels, metrics, flush with its texts
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up; ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip addr add 10.0.0.2/24 dev v0
ip addr add 10.0.0.3/24 brd + dev v0
ip addr add 10.0.0.4/25 dev v0
ip addr add 10.0.0.5/25 dev v0
ip addr add 10.1.0.1/24 dev v0
ip addr add 10.1.0.2/24 dev v0 label v0:x
ip addr add 10.0.0.2/24 dev v1
ip addr add 10.2.0.1 peer 10.2.0.2/24 brd 10.2.0.255 dev v0
ip addr; ip route show table all
ip addr show secondary; ip addr show primary; ip addr show -secondary; ip addr show label 'v0:*'; ip addr show label v0; ip addr show to 10.1.0.0/16; ip addr show dynamic; ip addr show permanent; ip addr show scope host; ip -4 addr; ip -br addr; ip -br -4 addr show dev v0; ip -o addr; ip -j addr show v0; ip -d addr show v0; ip -s addr show v0; ip -N addr show lo; ip addr show up; ip addr show type veth; ip addr show master x
sysctl -w net.ipv4.conf.v0.promote_secondaries=1
ip addr del 10.0.0.1/24 dev v0
ip addr; ip route show table all
ip addr del 10.0.0.4/25 dev v0
ip addr; ip route show table all
ip addr del 10.2.0.1 peer 10.2.0.2/24 dev v0
ip route add 10.9.0.0/16 via 10.1.0.77 src 10.1.0.2
ip route add 10.10.0.0/16 via 10.1.0.77 src 10.1.0.1
ip route add 10.10.0.0/16 via 10.1.0.77 src 10.1.0.1 table 99
ip addr del 10.1.0.1/24 dev v0
ip addr; ip route show table all
ip addr del 10.1.0.2/24 dev v0
ip route show table all
ip addr add 10.3.0.1/24 dev v0 noprefixroute
ip addr add 10.4.0.1/24 dev v0 metric 77
ip route show table all
ip addr change 10.4.0.1/24 dev v0 metric 78
ip route
ip addr replace 10.4.0.1/24 dev v0
ip route; ip addr
ip addr change 10.99.0.1/24 dev v0
ip addr replace 10.99.0.2/24 dev v0 brd + label v0:foo home
ip addr add 10.99.0.3/24 dev v0 home nodad mngtmpaddr
ip addr add 10.99.0.4/24 dev v0 tentative
ip addr add 10.99.0.5/24 dev v0 autojoin
ip addr add 10.100.0.1/32 dev v0 scope 7
ip addr add 10.100.0.2/32 dev v0 scope site brd 10.100.0.9
ip addr add 10.100.0.3/32 dev v0 scope nosuch
ip addr add 10.100.0.3/31 dev v0 brd +
ip addr add 10.100.0.5/30 dev v0 brd -
ip addr add 10.100.1.1/24 dev v0 label nosuch
ip addr add 10.100.2.1/24 dev v0 label v0:toolongalabelxx
ip addr; ip route show table all
ip -s -s addr flush dev v0 label 'v0:*'
ip -s addr flush dev v0 to 10.100.0.0/24
ip addr flush dev v0 scope site
ip addr flush dev v0 permanent
ip addr
ip -s addr flush dev v1
ip addr flush
ip addr flush dev nosuch
ip -s -s addr flush up
ip addr; ip route show table all
