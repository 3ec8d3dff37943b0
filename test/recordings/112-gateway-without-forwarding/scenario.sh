#!/bin/bash
# A route through a neighbour that does not forward. See: ARP asks for the gateway, never for the target; the gateway takes the
# packet, finds it is not its own and drops it as IpInAddrErrors, silently; its own far address answers nevertheless.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add gw
ip netns exec gw sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip -n gw link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name g0 address 02:00:00:00:00:fe netns gw
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n gw addr add 10.0.0.254/24 dev g0
ip -n gw addr add 192.168.7.1/32 dev lo
ip -n gw link set g0 up
ip route add default via 10.0.0.254
ip route
ip route get 192.168.7.9
ping -c 2 -i 0.4 -W 0.5 192.168.7.9
ip neigh
ip netns exec gw grep ^Ip: /proc/net/snmp
ping -c 1 192.168.7.1
ping -c 1 -W 0.5 198.51.100.1
ip netns exec gw grep ^Ip: /proc/net/snmp
ip netns exec gw sysctl net.ipv4.ip_forward
ip route del default
ip route add 192.168.7.0/24 via 10.0.0.254 dev v0 metric 5
ip route add 10.66.0.0/16 via 10.99.0.1
ip route add 10.66.0.0/16 via 10.99.0.1 dev v0 onlink
ip route
ping -c 1 192.168.7.1
route -n
cat /proc/net/route
