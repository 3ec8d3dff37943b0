#!/bin/bash
# Who gets a datagram. See: ports and addresses that are taken; the socket bound to the address before the one bound to none;
# all sockets of a port hear a broadcast; a stopped reader loses what its receive buffer cannot hold; and how sockets look under
# /proc/net.
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
ip -n blue addr add 10.0.0.3/24 dev vb
ip netns exec blue udprecv 9 4 &
ip netns exec blue udprecv 9 4 10.0.0.3 &
sleep 1.2
ip netns exec blue udprecv 9 1 10.0.0.2
ip netns exec blue udprecv 9 0.1 10.0.0.2
ip netns exec blue udprecv 9 0.1
ip netns exec blue udprecv 10 0.1 10.0.0.77
ip netns exec blue udprecv 10 0.1 10.0.0.255
ip netns exec blue awk '{print $2, $3, $4, $5}' /proc/net/udp
ip netns exec blue grep UDP: /proc/net/sockstat
ip netns exec blue ss -uan
wait
ip netns exec blue udprecv 9 4 10.0.0.2 &
ip netns exec blue udprecv 9 4 10.0.0.3 &
ip netns exec blue udprecv 9 4 10.0.0.255 &
sleep 1.2
ip netns exec red udpsend 10.0.0.2 9 1 20
ip netns exec red udpsend 10.0.0.3 9 1 30
ip netns exec red udpsend 10.0.0.255 9 1 40
ip netns exec blue udpsend 10.0.0.3 9 1 50
ip netns exec blue udpsend 10.0.0.3 9 1 60 10.0.0.2
ip netns exec blue udpsend 10.0.0.2 9 1 70 10.0.0.3 lo
wait
ip netns exec blue udprecv 9 8 > all.out &
sleep 1.2
kill -STOP $(ip netns pids blue)
ip netns exec red udpsend 10.0.0.2 9 300
ip netns exec blue awk '{print $2, $5, $NF}' /proc/net/udp
ip netns exec red udpsend 10.0.0.2 9 100 1400
kill -CONT $(ip netns pids blue)
wait
tail -1 all.out
wc -l < all.out
ip netns exec blue nstat -as
ip netns exec red sysctl -w net.ipv4.ip_local_port_range="4000 4000"
ip netns exec red udpconn 10.0.0.2 9 1,1 0.5 &
sleep 0.2
ip netns exec red udpsend 10.0.0.2 9 1
wait
