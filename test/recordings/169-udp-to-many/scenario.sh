#!/bin/bash
# Datagrams and pings to groups and to all. See: a host hears its own broadcasts, and its own group only if it belongs to it;
# nobody answers the other groups; a group needs a route, or a device; the loop that carries them is not seen by tcpdump.
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
ip -n red neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev va
ip -n blue neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev vb
for h in red blue; do ip netns exec $h sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0; done
ip -n red route add 224.0.0.0/4 dev va
ip netns exec blue sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0
ip netns exec blue udprecv 9 12 &
ip netns exec red udprecv 9 12 &
sleep 0.8
ip netns exec red udpsend 10.0.0.255 9 2
ip netns exec red udpsend 224.0.0.1 9 2
ip netns exec red udpsend 239.1.1.1 9 2
ip netns exec blue udpsend 239.1.1.1 9 1
ip netns exec blue udpsend 224.0.0.1 9 1 10 - vb
ip netns exec blue udpsend 255.255.255.255 9 1 10 10.0.0.2
ip netns exec red ping -c 1 -W 1.5 224.0.0.1
ip netns exec red ping -c 1 -W 1.5 239.1.1.1
ip netns exec red ping -b -c 1 -W 1.5 10.0.0.255
ip netns exec blue ping -c 1 -W 1.5 239.1.1.1
wait
ip netns exec red nstat -as
ip netns exec blue nstat -as
ip -n red -s link show va
