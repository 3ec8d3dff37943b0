#!/bin/bash
# IPv6 begins where a link can be used. See: a device without carrier has neither address nor routes, even while the link watch, which
# serves devices once a second, has not looked at it and ifconfig calls it running; the other end brings both to life; nodad, too.
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add v2 address 02:00:00:00:00:03 type veth peer name v3 address 02:00:00:00:00:04
ip link add v4 address 02:00:00:00:00:05 type veth peer name v5 address 02:00:00:00:00:06
ip link set v0 up
ifconfig v2 10.0.2.1 up
ifconfig v4 10.0.4.1 up
ifconfig v4 inet6 add 2001:db8:4::1/64
ifconfig
ip -6 -o addr
ip -6 route show table all
cat /proc/net/if_inet6
ifconfig v5 10.0.5.1 up
ifconfig v5
ip -6 -o addr show dev v5
ip -6 route show table all
ifconfig v2
ip link show v2
sleep 1.2
ifconfig v2
ip -6 -o addr show dev v2
ip link set v3 up
sleep 2.5
ip -6 -o addr
ip -6 route show table all
ifconfig v3 down
ifconfig v2
ip -6 -o addr show dev v2
ip -6 route show table all
sleep 1.2
ip -6 -o addr show dev v2
ip -6 route show table all
