#!/bin/bash
# Members of groups. See: joins and leaves are told twice, at random times; nothing is told of 224.0.0.1, and of other groups of
# the link only if igmp_link_local_mcast_reports says so; a query of version 2 brings reports of version 2, and then a leave;
# after a query of version 3 the answer comes within the time it gives.
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
ip netns exec blue cat /proc/net/igmp
ip netns exec blue cat /proc/net/dev_mcast
ip netns exec blue mjoin 239.1.1.1 10.0.0.2 10 &
ip netns exec blue mjoin 239.1.1.1 10.0.0.2 3 &
sleep 2.5
ip netns exec blue mjoin 224.0.0.99 10.0.0.2 2.5 &
sleep 1.5
ip netns exec blue awk '{print $1, $2, $3, $4}' /proc/net/igmp
ip netns exec blue cat /proc/net/dev_mcast
wait
sleep 2
ip netns exec blue cat /proc/net/igmp
ip netns exec blue sysctl -w net.ipv4.igmp_link_local_mcast_reports=0
ip netns exec blue mjoin 224.0.0.99 10.0.0.2 1
ip netns exec blue mjoin 239.1.1.2 10.0.0.2 6 &
sleep 2
ip netns exec red rawsend va 01:00:5e:00:00:01 02:00:00:00:00:01 0800 46c0002400000000010203d60a000001e00000019404000011 1
ip netns exec red rawsend va 01:00:5e:00:00:01 02:00:00:00:00:01 0800 46c00020000000000102e2070a000001e0000001940400001114eeeb00000000 1
sleep 2.5
ip netns exec blue awk '{print $1, $2, $3, $4}' /proc/net/igmp
wait
sleep 1
ip netns exec blue mjoin 239.1.1.3 10.0.0.9 1
ip netns exec blue mjoin 10.1.1.3 10.0.0.2 1
ip netns exec blue mjoin 239.1.1.3 0.0.0.0 1
ip netns exec blue nstat -as
ip -n blue link set vb down
ip netns exec blue cat /proc/net/igmp
