#!/bin/bash
# 'ip monitor' with IPv6 on. See: routes that come with a device, link-local addresses when they were found unique, an administrator's address
# first tentative and then not, the host route behind it, what goes with a lost carrier, with a rename and with the pair.
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip monitor link address route netconf label dev v0 > m1 &
A=$!
sleep 0.3
ip link set lo up
ip link set v0 up
sleep 0.5
ip link set v1 up
sleep 3
ip addr add 2001:db8::1/64 dev v0
sleep 2
ip -6 route add 2001:db8:5::/48 via 2001:db8::2
ip -6 neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0
ip addr del 2001:db8::1/64 dev v0
ip link set v0 name w0
ip link set v1 down
sleep 0.1
ip link del v1
sleep 0.1
kill $A
cat m1
