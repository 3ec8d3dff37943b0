#!/bin/bash
# The old commands do the same job. See: ifconfig sets address, mask and broadcast and brings the device up in one go; route and
# arp print numbers with -n; what one family of commands sets, the other shows.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add eth0 address 02:00:00:00:00:01 type veth peer name eth1 address 02:00:00:00:00:02 netns b
ifconfig eth0
ifconfig eth0 192.168.1.1 netmask 255.255.255.0 broadcast 192.168.1.255 up
ip netns exec b ifconfig eth1 192.168.1.2/24
ip netns exec b ifconfig lo up
ifconfig
ip netns exec b ifconfig -a
ip netns exec b route add -net 10.0.0.0 netmask 255.0.0.0 gw 192.168.1.1
ip netns exec b route add default gw 192.168.1.1
ip netns exec b route -n
ip netns exec b ip route
ping -c 2 -i 0.3 192.168.1.2
arp -n
arp -d 192.168.1.2
arp -n
arp -s 192.168.1.2 02:00:00:00:00:02
arp -n
ip neigh
ping -c 1 192.168.1.2
ifconfig eth0
ifconfig -s
ifconfig eth0 mtu 1300
ifconfig eth0 192.168.1.7
ip addr show eth0
ip netns exec b route del default
ip netns exec b route del -net 10.0.0.0 netmask 255.0.0.0
ip netns exec b route del default
ip netns exec b route -n
ifconfig eth0 down
sleep 1.2
ifconfig
ip netns exec b ifconfig eth1 0.0.0.0
ip netns exec b ip addr
ifconfig nosuch
route add -net 10.3.0.0/16 gw 192.168.1.2
