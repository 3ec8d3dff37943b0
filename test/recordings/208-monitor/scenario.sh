#!/bin/bash
# 'ip monitor all' through the life of a pair. See: which change is told, how often and in which order; what nobody tells (routes that go with
# their device); the names that the monitor keeps.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip monitor all > mon.txt &
P=$!
sleep 0.3
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link set v0 up
ip link set v1 up
ip addr add 10.0.0.1/24 dev v0
ip route add 10.9.0.0/16 via 10.0.0.2
ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev v0
ip neigh del 10.0.0.2 dev v0
ping -c1 -W0.2 10.0.0.5
ip link set v0 mtu 1400
ip link set v0 name w0
ip link set w0 txqueuelen 50
ip link set w0 alias foo
ip link set w0 group 5
ip link set w0 address 02:00:00:00:00:03
ip link set w0 promisc on
ip link set w0 arp off
ip link set w0 arp on
ip link property add dev w0 altname alt0
sleep 0.1
ip link set v1 down
sleep 0.1
ip link set v1 up
sleep 0.1
ip link set w0 down
sleep 0.1
ip link set w0 up
sleep 0.1
ip addr del 10.0.0.1/24 dev w0
ip netns add monx
ip netns exec monx sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set v1 netns monx
ip netns set monx 7
sleep 0.1
ip -n monx link set v1 up
sleep 0.1
ip netns del monx
sleep 0.1
ip link add x1 address 02:00:00:00:00:05 type veth peer name x2 address 02:00:00:00:00:06
ip link del w0
ip link set lo up
sysctl -qw net.ipv4.ip_forward=1
sysctl -qw net.ipv4.conf.lo.forwarding=0
sysctl -qw net.ipv4.conf.x1.rp_filter=2
sysctl -qw net.ipv4.conf.all.proxy_arp=1
sysctl -qw net.ipv4.conf.all.rp_filter=1
sleep 0.2
kill $P
wait $P
echo $?
cat mon.txt
