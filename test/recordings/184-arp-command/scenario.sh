#!/bin/bash
# arp(8) in its words. See: entries for one host and for others, temporary ones, those of a device, masks, a file of entries, what
# is shown of each, and what it says of what is not there.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip link set v1 up
arp -s 10.0.0.9 02:00:00:00:00:99
arp -s 10.0.0.9 02:00:00:00:00:99 temp
arp -s 10.0.0.10 02:00:00:00:00:01 pub
arp -s 10.0.0.11 02:00:00:00:00:99 pub
arp -Ds 10.0.0.12 v0 pub
arp -i v0 -Ds 10.0.0.13 v0 pub
arp -Ds 10.0.0.14 v0
arp -Ds 10.0.0.14 nosuch pub
arp -s 10.0.0.15 02:00:00:00:00:0a netmask 255.255.255.0 pub
arp -s 10.0.0.0 02:00:00:00:00:01 pub netmask 0.0.0.0
sysctl net.ipv4.conf.v0.proxy_arp
arp -s 10.0.0.15 02:00:00:00:00:0a netmask 255.255.255.255
arp -s 10.0.0.16 02:00:00:00:00:0a dontpub
arp -s 10.0.0.16 02:00:00:00:00:0a trail
arp -s 10.0.0.16 02:00:00:00:00:0a junk
arp -i nosuch -s 10.0.0.17 02:00:00:00:00:0a
arp -v -s 10.0.0.18 02:00:00:00:00:0a
arp -s 10.0.0.1 02:00:00:00:00:0a
arp -s 10.99.0.255 02:00:00:00:00:0a
ip neigh add 10.0.0.20 dev v0 nud failed
ip neigh add 10.0.0.21 lladdr 02:00:00:00:00:21 dev v0 nud noarp
arp -n
arp -an
arp -en 10.0.0.9
arp -vn 10.0.0.77
arp -an 10.0.0.77
arp -n -i v1
arp -n -i nosuch
cat /proc/net/arp
arp -d 10.0.0.9
arp -v -d 10.0.0.9
arp -d 10.0.0.10
arp -d 10.0.0.10 pub dev v0
arp -v -i v0 -d 10.0.0.13
arp -v -d 10.0.0.14 priv
arp -d 10.0.0.0 netmask 0.0.0.0 pub dev v0
sysctl net.ipv4.conf.v0.proxy_arp
arp -d 10.0.0.21
arp -d 10.0.0.18 junk
arp -i nosuch -d 10.0.0.17
arp -d 10.99.0.1
printf '10.0.0.7 02:00:00:00:00:01 pub\n10.0.0.8 02:00:00:00:00:08\n#x\n\n10.0.0.9\n10.0.0.6 02:00:00:00:00:77 pub\n' >ethers
arp -v -f ethers
arp -f nosuch
arp -d
arp -s
ip neigh show nud all
ip neigh show proxy
