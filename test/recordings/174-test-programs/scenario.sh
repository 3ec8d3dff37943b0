#!/bin/bash
# The programs that scenarios send and receive by. See: what each says of arguments that are missing or wrong, of names and
# addresses that are none, and when it is interrupted; what waits in its buffer is lost when it is killed.
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
ip netns exec red sysctl -qw net.ipv4.icmp_ratemask=0
udpsend
udpsend 10.0.0.1 x 1
udpsend 127.0.0.1 70000 1
udpsend 127.0.0.1 9 1 10 10.0.0.77
udpsend 127.0.0.1 9 1 10 - nodev
udpsend no.such.name 9 2
udpsend 127.0.0.1 0 1
ip link set lo up
sysctl -qw net.ipv4.igmp_link_local_mcast_reports=0
udpsend 127.1 9 1_0
udpsend '<broadcast>' 9 1
udprecv
udprecv 9 x
udprecv 70000 1
udprecv 9 1 10.0.0.77
udprecv 9 -1
udprecv 9 nan
udpconn 127.0.0.1 9
udpconn 127.0.0.1 9 1,x 0
udpconn 127.0.0.1 9 1,2 -1
udpconn 99.0.0.1 9 1
udpconn no.such.name 9 1
udpask 5555 127.0.0.1 9
udpask 5555 127.0.0.1 9 1 70000
udpask 5555 127.0.0.1 9 1 2 -1
udpask 5555 127.0.0.1 5555 2
mjoin 224.0.0.99 127.0.0.1
mjoin 239.1.1.1x 127.0.0.1 1
mjoin 10.1.1.1 127.0.0.1 1
timeout -s INT 1 udprecv 9 5
timeout 1 udprecv 9 5
timeout -s INT 1 udpconn 127.0.0.1 9 1,2 5
timeout -s INT 1 ip netns exec red udpsend 10.0.0.99 9 1000
timeout -s INT 1 rawsend lo 00:00:00:00:00:00 00:00:00:00:00:00 88b5 00 5 1
timeout 1 rawsend lo 00:00:00:00:00:00 00:00:00:00:00:00 88b5 00 5 1
timeout -s INT 1 mjoin 224.0.0.99 127.0.0.1 5
