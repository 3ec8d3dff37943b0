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
ip netns exec blue mjoin 239.1.1.2 10.0.0.2 16 &
sleep 2
# A query of version 3, then two of version 2: for all groups, and for one; then another host tells of it first.
ip netns exec red rawsend va 01:00:5e:00:00:01 02:00:00:00:00:01 0800 46c000240000000001023a120a000001e0000001940400001114ec6e00000000027d0000
sleep 3
ip netns exec red rawsend va 01:00:5e:00:00:01 02:00:00:00:00:01 0800 46c000200000000001023a160a000001e000000194040000110aeef500000000
ip netns exec blue awk '{print $1, $2, $3, $4}' /proc/net/igmp | grep -v EF
sleep 2
ip netns exec blue awk '{print $1, $2, $3, $4}' /proc/net/igmp
ip netns exec red rawsend va 01:00:5e:01:01:02 02:00:00:00:00:01 0800 46c000200000000001022a140a000001ef01010294040000110afef1ef010102
sleep 2
ip netns exec red rawsend va 01:00:5e:01:01:02 02:00:00:00:00:01 0800 46c000200000000001022a140a000001ef010102940400001600f9fbef010102
ip netns exec blue cat /proc/net/igmp
ip netns exec blue sysctl -w net.ipv4.conf.vb.igmpv2_unsolicited_report_interval=1000
ip netns exec blue mjoin 239.1.1.4 10.0.0.2 2
wait
sleep 1
ip netns exec blue mjoin 239.1.1.3 10.0.0.9 1
ip netns exec blue mjoin 10.1.1.3 10.0.0.2 1
ip netns exec blue mjoin 239.1.1.3 0.0.0.0 1
ip netns exec blue nstat -as
ip -n blue link set vb down
ip netns exec blue cat /proc/net/igmp
