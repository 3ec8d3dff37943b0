#!/bin/bash
# Monitors for single objects, in two namespaces. See: addresses, routes and neighbours as they change, a device that leaves with the number and
# namespace it goes to, ids of namespaces, settings of a renamed device.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip netns add red
ip netns exec red sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip monitor link > m1 &
A=$!
ip monitor address route label > m2 &
B=$!
ip -n red monitor all > m3 &
C=$!
ip monitor nsid netconf > m4 &
D=$!
ip monitor neigh > m5 &
E=$!
sleep 0.3
ip link set v1 netns red
sleep 0.1
ip addr add 10.0.0.1/24 brd + dev v0
ip -n red addr add 10.0.0.2/24 dev v1 label v1:x
ip link set v0 up
sleep 0.1
ip -n red link set v1 up
sleep 0.1
ping -c 2 -i 0.2 10.0.0.2
sleep 6
ip addr add 10.0.0.3/24 dev v0
ip addr add 10.0.0.4/24 dev v0 valid_lft 100 preferred_lft 50
ip addr del 10.0.0.1/24 dev v0
ip addr change 10.0.0.4/24 dev v0 valid_lft 200 preferred_lft 150
ip addr add 192.168.1.1/32 peer 192.168.1.2/32 dev v0 scope link
ip route add default via 10.0.0.2
ip route replace default via 10.0.0.9
ip route add 10.7.0.0/16 dev v0 src 10.0.0.3 metric 50 proto static
ip route append 10.7.0.0/16 dev v0 metric 50
ip route del 10.7.0.0/16 dev v0
ip route flush 10.7.0.0/16
ip route add blackhole 10.8.0.0/16
ip route del blackhole 10.8.0.0/16
ip addr flush dev v0
ip neigh add 10.0.0.77 lladdr 02:00:00:00:00:77 nud stale dev v0
ip neigh change 10.0.0.77 lladdr 02:00:00:00:00:78 dev v0
ip neigh replace 10.0.0.77 lladdr 02:00:00:00:00:78 nud reachable dev v0
ip neigh flush dev v0 nud reachable
ip neigh flush all
ip -n red link set v1 name zz
ip -n red link set zz alias hello
ip -n red link set zz down
ip -n red link set zz alias hello2
ip -n red link set zz group 9
ip -n red link set zz txqueuelen 9
ip -n red link set zz txqueuelen 9
ip -n red link set zz mtu 1400
ip -n red link set zz mtu 1400
ip -n red link set zz address 02:00:00:00:00:02
ip -n red link set zz arp off multicast off promisc on
ip -n red link set zz up arp on
sleep 0.1
ip -n red link set zz mode dormant
ip -n red link set zz state dormant
ip -n red link set zz state up
ip -n red link set zz gso_max_size 5000
ip -n red link property add dev zz altname a1 altname a2
ip -n red link property del dev zz altname a1
ip -n red link set zz netns 1x
ip netns exec red ip link set zz mtu 60
ip netns add blue
ip netns set blue auto
ip -n red link set zz netns blue
sleep 0.1
ip -n blue link set zz name v0
ip netns del blue
sleep 0.2
kill $A $B $C $D $E
wait
cat m1
cat m2
cat m3
cat m4
cat m5
