#!/bin/bash
# Nobody answers. See: three ARP requests a second apart; the entry is INCOMPLETE, then FAILED; only then the waiting packets
# come back as "Destination Host Unreachable" from the own address; a packet after that starts the search anew.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip link set v1 up
ping -c 1 -W 0.5 10.0.0.9
ip neigh
cat /proc/net/arp
arp -n
sleep 3.2
ip neigh
cat /proc/net/arp
ping -c 4 -i 0.2 -W 4.5 10.0.0.8
ip neigh
ip -s link show v0
ping -c 1 -W 0.5 10.0.0.9
ip neigh
cat /proc/net/snmp
