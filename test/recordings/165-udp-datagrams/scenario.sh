#!/bin/bash
# Datagrams and what they count. See: of ten to a closed port six are answered by ICMP port unreachable, then one a second; up to
# 1472 octets go in one frame with Dont Fragment, more in fragments; 65507 octets is the most; to all hosts needs SO_BROADCAST,
# and the sender hears itself; an echo comes back to the port that asked.
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
ip netns exec red udpsend 10.0.0.2 9 10
ip netns exec red nstat -as
ip netns exec blue nstat -as
ip netns exec blue udprecv 9 4 &
sleep 0.8
ip netns exec red udpsend 10.0.0.2 9 3 100
ip netns exec red udpsend 10.0.0.2 9 1 1472
ip netns exec red udpsend 10.0.0.2 9 2 1473
ip netns exec red udpsend 10.0.0.2 9 1 65507
ip netns exec red udpsend 10.0.0.2 9 1 65508
ip netns exec red udpconn 10.0.0.2 9 0,1,9000,70000 0
ip netns exec red udpsend 10.0.0.255 9 1 100
ip netns exec red udpsend 255.255.255.255 9 1 100
ip netns exec red udpsend 255.255.255.255 9 1 100 - va
ip netns exec red udpconn 10.0.0.255 9 1
wait
ip netns exec blue udprecv 7 4 --echo &
sleep 0.8
ip netns exec red udpask 5555 10.0.0.2 7 2
ip netns exec red udpask 5555 10.0.0.2 7 1 5000
ip netns exec red udpask 5555 10.0.0.2 8 1 10 0.3
wait
ip netns exec red nstat -as
ip netns exec blue nstat -as
ip -n red -s link show va
