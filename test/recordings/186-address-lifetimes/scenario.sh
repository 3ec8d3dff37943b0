#!/bin/bash
# addresses that are deprecated and end: preferred_lft, valid_lft, change, replace, and filters on them
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up; ip link set v1 up
ip addr add 10.0.0.1/24 dev v0 valid_lft 3 preferred_lft 1
ip addr add 10.0.1.1/24 dev v0 valid_lft 100 preferred_lft 0
ip addr add 10.0.2.1/24 dev v0 valid_lft forever preferred_lft 1
ip addr add 10.0.3.1/24 dev v0 preferred_lft 10 valid_lft 5
ip addr add 10.0.3.1/24 dev v0 valid_lft 0
ip addr add 10.0.3.1/24 dev v0 valid_lft 5
ip addr add 10.0.3.1/24 dev v0 preferred_lft 5
ip addr add 10.0.4.1/24 dev v0 valid_lft x
ip addr add 10.0.5.1/24 dev v0 valid_lft 2 preferred_lft forever
ip addr add 10.0.6.1/24 dev v0 valid_lft 4294967295 preferred_lft 4294967295
ip addr show dev v0
sleep 1.7
ip addr show dev v0
ip addr show deprecated
ip addr show -deprecated
ip addr show dynamic
ip -j addr show permanent dev v0
ip addr change 10.0.2.1/24 dev v0 valid_lft 7 preferred_lft 7
ip addr replace 10.0.1.1/24 dev v0
sleep 2
ip addr show dev v0; ip route; ip route show table local
ip addr flush dev v0 deprecated
ip addr flush dev v0 dynamic
ip addr show dev v0
