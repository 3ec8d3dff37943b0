#!/bin/bash
# A host that talks to itself. See: its own addresses are reached over lo, whatever device holds them and even if that is down;
# lo counts without an Ethernet header (84 octets a ping), each packet once as sent and once as received; with lo down the
# packets vanish in lo's TX dropped and ping hears nothing.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip addr add 10.0.0.1/24 dev v0
ip addr
ip route show table local
ping -c 1 -W 0.5 10.0.0.1
ping -c 1 -W 0.5 127.0.0.1
ip link set v0 up
ip route show table local
ping -c 1 -W 0.5 10.0.0.1
ip -s link show lo
ip link set lo up
ip addr show lo
ip route show table local
ping -c 2 -i 0.3 10.0.0.1
ping -c 1 127.0.0.1
ping -c 1 127.9.8.7
ping -c 1 -s 1000 127.0.0.1
ip -s link show lo
ip -s link show v0
ip route get 10.0.0.1
ip route get 127.0.0.1
ip neigh
ip link set lo down
ping -c 1 -W 0.5 127.0.0.1
ip -s link show lo
cat /proc/net/snmp
