#!/bin/bash
# A sender whose datagrams wait for ARP sleeps when its send buffer is full: 256 small ones or 92 large ones, until the
# neighbour is given up. See: the rest waits again; each datagram that was lost is told of, for red may send as many errors as
# it likes; and an error is lost, and counted so, when nobody is left to hear it.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
for h in red blue; do
  ip netns add $h
  ip netns exec $h sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
ip link add va address 02:00:00:00:00:01 netns red type veth peer name vb address 02:00:00:00:00:02 netns blue
ip -n red addr add 10.0.0.1/24 brd + dev va
ip -n blue addr add 10.0.0.2/24 brd + dev vb
ip -n red link set lo up
ip -n blue link set lo up
ip -n red link set va up
ip -n blue link set vb up
ip netns exec red sysctl -w net.ipv4.icmp_ratemask=0
ip netns exec red udpsend 10.0.0.99 9 270
ip -n red neigh
ip netns exec red nstat -as
sleep 4
ip netns exec red udpsend 10.0.0.98 9 100 1400
ip -n red neigh
ip netns exec red nstat -as
sleep 0.3
ip netns exec red udpsend 10.0.0.97 9 300 1000 &
sleep 1.5
ip -n red neigh add 10.0.0.97 lladdr 02:00:00:00:00:02 dev va
wait
ip -n red -s link show va
ip netns exec red udpconn 10.0.0.96 9 1,1 1.5 --recverr
sleep 2.5
ip netns exec red nstat -as
