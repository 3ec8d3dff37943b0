#!/bin/bash
# A monitor of all namespaces that have an id: which ones it hears, by which ids, and which names it knows of devices and namespaces elsewhere.
ip netns add a; ip netns add b; ip netns add c
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
for n in a b c; do ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1; done
ip netns set a 7
timeout 3 ip monitor all-nsid > /tmp/mon1 2>&1 &
timeout 3 ip monitor label all-nsid link address > /tmp/mon2 2>&1 &
timeout 3 ip -n a monitor all-nsid > /tmp/mon3 2>&1 &
sleep 0.3
ip -n a link set lo up
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip -n a addr add 10.0.0.1/24 dev v0
ip -n a link set v0 up
ip -n a link set v1 netns b
ip -n b link set v1 up
sleep 0.3
ip -n a route add 10.5.0.0/16 via 10.0.0.2
ip -n a neigh add 10.0.0.3 lladdr 02:00:00:00:00:03 dev v0
ip -n a rule add table 5 pref 44
ip link add w0 address 02:00:00:00:00:05 type veth peer name w1 address 02:00:00:00:00:06 netns c
ip -n c link set w1 up
ip link set w0 up
ip -n c link del w1
ip netns exec a sysctl -qw net.ipv4.conf.v0.forwarding=1
ip -n a addr del 10.0.0.1/24 dev v0
ip -n a link del v0
ip netns del c
wait
cat /tmp/mon1
cat /tmp/mon2
cat /tmp/mon3
