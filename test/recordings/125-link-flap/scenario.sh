#!/bin/bash
# A link goes down and comes back. See: down on this side removes routes and all neighbours, also the permanent one; down on the
# other side leaves them but takes the carrier; connected routes return by themselves, others do not; carrier changes are counted.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link set lo up
ip link add spare0 address 02:00:00:00:00:f0 type veth peer name spare1 address 02:00:00:00:00:f1
ip netns add b
ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns b
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1
ip -n b link set v1 up
sleep 1.2
ip route add 10.50.0.0/16 via 10.0.0.2
ip neigh add 10.0.0.77 lladdr 02:00:00:00:00:77 dev v0 nud permanent
ping -c 1 10.0.0.2
ip neigh
ip -n b link set v1 down
sleep 1.2
ip link show v0
ip route
ip neigh
cat /sys/class/net/v0/carrier /sys/class/net/v0/operstate /sys/class/net/v0/carrier_changes
ip -n b link set v1 up
sleep 1.2
ip link show v0
ip route
ip neigh
ping -c 1 10.0.0.2
ip link set v0 down
sleep 1.2
ip link show v0
ip route
ip route show table local
ip neigh
ip -n b link show v1
ip link set v0 up
sleep 1.2
ip route
ip neigh
ping -c 1 10.0.0.2
cat /sys/class/net/v0/carrier_changes
